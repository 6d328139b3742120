"""A night rebuilds what changed, and its tables are those of a night that rebuilds everything.

LIVEs typed by hand, one home, one night after the other with the real models. What it says of any
order of files and nights: test_order_independence.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from parcels import content_hashes

from ingestion.touched import Build, begin_build, end_build, touch
from ingestion.warehouse import connect
from livehouse.settings import Home, Settings
from orchestration.corrections import withdraw_file
from orchestration.dbt_run import fingerprint
from orchestration.journal import Orders
from orchestration.night import run_night
from publishing.last_release import has_as_many_rows

NOW = datetime(2026, 6, 20, 3, tzinfo=UTC)
MAY = date(2026, 5, 1)
SETTINGS = Settings(threads=2, memory_limit="2GB")
PUBLISHED = ("facts", "marts", "meta")
ABOUT_RUNS = frozenset({
    "meta.loads", "meta.releases", "meta.restatements", "meta.checks", "meta.run_profile",
    "meta.drift",
})  # fmt: skip


def at(day: int, clock: str) -> str:
    """A day of May, or as many days after its first one."""
    return f"{MAY + timedelta(days=day - 1)}T{clock}Z"


def event(event_id: str, kind: str, live: str, time: str, **more: Any) -> dict[str, Any]:
    creator = f"creator-{live[0]}"
    viewer = more.pop("viewer", None)
    is_entry = kind in ("impression", "room_enter")
    return {
        "schema_version": 1,
        "event_id": event_id,
        "event_type": kind,
        "event_ts": time,
        "received_ts": time,
        "live_id": live,
        "creator_id": creator,
        "viewer_id": viewer,
        "market": "GB",
        "channel": "fyp" if is_entry else None,
        "is_follower": False if is_entry else None,
        "payload": more,
    }


def live(name: str, day: int, viewers: str) -> list[dict[str, Any]]:
    """An hour from ten o'clock; each viewer sees it, enters, likes, and leaves after half an hour;
    the first one buys the creator's product for five pounds.
    """
    events = [
        event(f"{name}-start", "live_start", name, at(day, "10:00:00")),
        event(f"{name}-end", "live_end", name, at(day, "11:00:00")),
    ]
    for number, viewer in enumerate(viewers.split()):
        own = {"viewer": viewer}
        minute = f"{number:02d}"
        events += [
            event(f"{name}-{viewer}-i", "impression", name, at(day, f"10:{minute}:10"), **own),
            event(f"{name}-{viewer}-e", "room_enter", name, at(day, f"10:{minute}:20"), **own),
            event(f"{name}-{viewer}-l", "like", name, at(day, f"10:{minute}:50"), count=3, **own),
            event(f"{name}-{viewer}-x", "room_leave", name, at(day, f"10:3{number}:00"), **own),
        ]
    order = {"order_id": f"o-{name}", "sku_id": "s", "product_id": f"p-{name[0]}", "quantity": 1}
    money = {"amount_minor": 500, "currency": "GBP", "sales_model": "creator_led"}
    buyer = viewers.split()[0]
    events.append(
        event(f"{name}-o", "order", name, at(day, "10:20:00"), viewer=buyer, **order, **money)
    )
    return events


def stray(event_id: str, time: str, received: str) -> dict[str, Any]:
    """What happens outside of any LIVE."""
    unfollow = event(event_id, "unfollow", "x", time, viewer="anna")
    return {**unfollow, "live_id": None, "received_ts": received}


@dataclass
class Nights:
    """A home whose nights are a day apart; what each of them rebuilt and published."""

    home: Home
    landing: Path
    count: int = 0
    rebuilt: dict[str, set[str]] = field(default_factory=dict)
    histories: dict[str, set[str]] = field(default_factory=dict)
    in_parts: dict[str, dict[str, bool]] = field(default_factory=dict)
    taken_over: dict[str, bool] = field(default_factory=dict)
    published: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    days: dict[str, dict[int, tuple[int, ...]]] = field(default_factory=dict)
    receipts: dict[str, list[list[tuple[Any, ...]]]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        self.count += 1
        return NOW + timedelta(days=self.count)

    def deliver(self, name: str, events: list[dict[str, Any]]) -> None:
        file = self.landing / "events" / f"{name}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(line) + "\n" for line in events))

    def refer(self, name: str, table: str, text: str) -> None:
        file = self.landing / "reference" / table / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, name: str, *, full: bool = False) -> None:
        night = run_night(self.home, self.landing, SETTINGS, self.now, full=full)
        assert night.outcome == "published", night.message
        self.note(name)

    def withdraw(self, name: str, file: str) -> None:
        orders = Orders(self.home, self.landing, SETTINGS, self.now)
        done = withdraw_file(orders, file, lambda _: None)
        assert done.night.outcome == "published", done.night.message
        self.note(name)

    def note(self, name: str) -> None:
        lives = self.rows("select distinct live_id from intermediate.int_rebuilt_lives")
        self.rebuilt[name] = {live_id for (live_id,) in lives}
        longer = self.rows("select live_id from intermediate.int_rebuilt_histories")
        self.histories[name] = {live_id for (live_id,) in longer}
        self.published[name] = content_hashes(
            self.home.current / "livehouse.duckdb", PUBLISHED, ABOUT_RUNS
        )
        # of each day of May: accepted, copies, more than 72 hours late, of no known LIVE
        self.days[name] = {
            row[0]: row[1:]
            for row in self.rows(
                "select day(event_date), events_accepted, events_duplicate, events_late_72h,"
                " events_orphan from meta.data_quality where month(event_date) = 5"
            )
        }
        self.receipts[name] = [
            self.rows(f"from intermediate.{table} order by all")
            for table in ("int_receipts", "int_received_days", "int_clock_skews")
        ]
        self.in_parts[name] = self.taken_over
        self.taken_over = {}

    def see(self, connection: duckdb.DuckDBPyConnection, table: tuple[str, str]) -> bool:
        """In place of the proof that a table of the release was replaced in parts."""
        self.taken_over[".".join(table)] = is_whole = has_as_many_rows(connection, table)
        return is_whole

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as reader:
            return reader.execute(query).fetchall()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder = tmp_path_factory.mktemp("rebuilding")
    nights = Nights(Home(folder / "home"), folder / "landing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.candidate.has_as_many_rows", nights.see)
        run_all(nights)
    return nights


def run_all(nights: Nights) -> None:
    nights.refer("old", "currency_rates", "currency,rate_date,usd_per_unit\nGBP,2026-05-01,1.25\n")
    nights.deliver(
        "early",
        [
            *live("x1", 4, "anna ben"),
            *live("x2", 5, "ben cleo"),
            *live("x3", 12, "anna cleo"),
            *live("y1", 4, "anna dan"),
            *live("y2", 6, "dan"),
            stray("moved", at(2, "10:00:00"), at(2, "10:00:00")),
            stray("copied", at(3, "10:00:00"), at(3, "10:00:00")),
            # nothing yet that says there was a LIVE
            event("told", "notification_sent", "z1", at(8, "10:00:00"), viewer="dan"),
        ],
    )
    nights.run("first")
    # a new LIVE of X, a late entry into an old one of Y; the LIVE of Z; outside of any LIVE what
    # comes late, again, and as a copy that was received first and says another day
    nights.deliver(
        "second",
        [
            *live("x4", 13, "cleo emil"),
            event("late", "room_enter", "y1", at(4, "10:40:00"), viewer="emil"),
            *live("z1", 10, "dan"),
            stray("stray", at(7, "10:00:00"), at(13, "10:00:00")),
            stray("copied", at(3, "10:00:00"), at(13, "10:00:00")),
            stray("moved", at(1, "10:00:00"), at(1, "10:00:00")),
        ],
    )
    nights.run("second")
    # an order of Y's first LIVE was paid: who was there is the same
    paid = {"order_id": "o-y1", "sku_id": "s", "status": "paid"}
    nights.deliver(
        "paid", [event("paid", "order_status", "y1", at(14, "09:00:00"), viewer="anna", **paid)]
    )
    nights.run("paid")
    # a rate for one day, on which X's second LIVE sold something
    nights.refer("new", "currency_rates", "currency,rate_date,usd_per_unit\nGBP,2026-05-05,2\n"
                 "GBP,2026-05-06,1.25\n")  # fmt: skip
    nights.run("rate")
    nights.refer("titles", "products", "product_id,title\np-y,Shoe\np-v,Hat\n")
    nights.run("titles")
    # five weeks later: what became of the orders of May 4 and 5 is settled, of May 6 it is not
    nights.deliver("later", live("v1", 35, "anna"))
    nights.run("later")
    nights.withdraw("withdrawn", "events/second.jsonl")
    nights.run("full", full=True)


def test_a_first_night_builds_everything(nights: Nights) -> None:
    assert nights.rebuilt["first"] == {"x1", "x2", "x3", "y1", "y2"}


def test_who_came_concerns_the_live_before_and_all_after_it(nights: Nights) -> None:
    assert nights.rebuilt["second"] == {"x3", "x4", "y1", "y2", "z1"}


def test_what_an_order_became_concerns_its_live_alone(nights: Nights) -> None:
    assert nights.rebuilt["paid"] == {"y1"}


def test_a_rate_concerns_the_lives_that_sold_at_it(nights: Nights) -> None:
    assert nights.rebuilt["rate"] == {"x2"}


def test_a_title_concerns_the_lives_of_the_product(nights: Nights) -> None:
    assert nights.rebuilt["titles"] == {"y1", "y2"}


def test_time_that_passes_concerns_what_waited_for_it(nights: Nights) -> None:
    """LIVEs of May 4 and 5, and those of a week that had not ended."""
    assert nights.rebuilt["later"] == {"v1"}
    assert nights.histories["later"] == {"v1", "x1", "x2", "y1", "x3", "x4"}
    settled = nights.rows("select live_id from intermediate.int_live_money where is_settled")
    assert {live_id for (live_id,) in settled} == {"x1", "x2", "y1"}


def test_a_live_that_is_gone_concerns_the_one_before_it(nights: Nights) -> None:
    assert nights.rebuilt["withdrawn"] == {"x3", "x4", "y1", "y2", "z1"}


def test_a_day_is_counted_again_where_something_came_or_went(nights: Nights) -> None:
    first, second, withdrawn = (nights.days[night] for night in ("first", "second", "withdrawn"))
    assert {day: first[day] for day in (2, 3, 8)} == {
        2: (1, 0, 0, 0), 3: (1, 0, 0, 0), 8: (1, 0, 0, 1),
    }  # fmt: skip
    assert first.keys() == {2, 3, 4, 5, 6, 8, 12}
    assert {day: second[day] for day in (1, 2, 3, 7, 8)} == {
        1: (1, 0, 0, 0),
        # the copy that came second does not count any more
        2: (0, 1, 0, 0),
        3: (1, 1, 0, 0),
        7: (1, 0, 1, 0),
        # its LIVE is known now, though nothing came of the day
        8: (1, 0, 0, 0),
    }
    # the payment came on a day of its own
    assert withdrawn == {**first, 14: (1, 0, 0, 0)}


def test_receipts_are_counted_as_in_a_full_night(nights: Nights) -> None:
    assert nights.receipts["withdrawn"] == nights.receipts["full"]
    assert nights.receipts["withdrawn"] != nights.receipts["rate"]
    assert nights.receipts["rate"] == nights.receipts["paid"]


def test_a_night_publishes_what_a_full_one_would(nights: Nights) -> None:
    assert nights.rebuilt["full"] == {"x1", "x2", "x3", "y1", "y2", "v1"}
    assert nights.published["withdrawn"] == nights.published["full"]
    changed = {
        name
        for name, found in nights.published["withdrawn"].items()
        if found != nights.published["rate"][name]
    }
    assert changed >= {
        "marts.live_sessions", "marts.live_minutes", "marts.live_channels", "facts.fct_view",
        "facts.fct_creator_day", "facts.fct_creator_week", "facts.fct_market_week",
        "facts.fct_viewer_creator_week", "facts.fct_viewer_market_week",
    }  # fmt: skip


@pytest.mark.parametrize("night", ["second", "paid", "rate", "titles", "later"])
def test_a_release_of_a_night_in_parts_is_made_in_parts(nights: Nights, night: str) -> None:
    in_parts = nights.in_parts[night]
    assert in_parts.keys() >= {
        "facts.fct_view", "facts.fct_live_minute", "facts.fct_live_funnel",
        "facts.fct_viewer_creator_week", "facts.fct_market_benchmark", "marts.live_products",
        "marts.live_channels", "marts.live_review", "marts.gmv_changes_by_channel",
    }  # fmt: skip
    assert all(in_parts.values()), in_parts


@pytest.mark.parametrize("night", ["first", "withdrawn", "full"])
def test_a_release_after_a_full_night_or_a_withdrawal_is_made_as_a_whole(
    nights: Nights, night: str
) -> None:
    assert nights.in_parts[night] == {}


@pytest.mark.parametrize("night", ["second", "rate"])
def test_each_night_published_what_a_new_home_would(
    nights: Nights, night: str, tmp_path: Path
) -> None:
    """The same files in one night of a home of their own, by the same key."""
    later = {"titles.csv", "later.jsonl"}
    if night == "second":
        later |= {"paid.jsonl", "new.csv"}
    other = Nights(Home(tmp_path / "home"), tmp_path / "landing")
    other.home.root.mkdir()
    (other.home.root / "key").write_bytes((nights.home.root / "key").read_bytes())
    for source in nights.landing.rglob("*.*"):
        if source.name not in later:
            target = other.landing / source.relative_to(nights.landing)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    other.run(night)
    assert other.published[night] == nights.published[night]


def test_changed_models_and_a_broken_build_are_built_as_a_whole(nights: Nights) -> None:
    home, settings = nights.home, SETTINGS
    every = {"x1", "x2", "x3", "y1", "y2", "z1", "v1"}
    days = "select distinct day(event_date) from raw.touched_days order by all"
    assert nights.rows(days) == []
    touched = "select live_id from raw.touched_lives"
    assert begin_build(home, settings, "other models", full=False) == Build(True)
    assert {live_id for (live_id,) in nights.rows(touched)} == every
    assert nights.rows(days) == [(day,) for day in (2, 3, 4, 5, 6, 8, 12, 14)]
    end_build(home, settings, fingerprint())
    assert nights.rows(touched) == nights.rows(days) == []
    build = begin_build(home, settings, fingerprint(), full=False)
    assert not build.is_full
    assert build.goes_on_from
    # that one did not come to its end
    assert begin_build(home, settings, fingerprint(), full=False) == Build(True)
    assert {live_id for (live_id,) in nights.rows(touched)} == every


def test_a_frame_touches_every_day_of_its_live_and_a_battle_the_day_it_began(
    tmp_path: Path,
) -> None:
    """A gift stands on the day of its streak's last frame, wherever the new one lies."""
    with connect(Home(tmp_path / "home"), SETTINGS) as connection:
        connection.execute(
            """
            insert into raw.webcast_messages by name
            select * from (values
                ('L', 'gift', timestamp '2026-05-01 23:59:00', null),
                ('L', 'gift', timestamp '2026-05-03 00:01:00', null),
                ('M', 'battle', timestamp '2026-05-05 00:01:00', timestamp '2026-05-04 23:58:00'),
                ('N', 'gift', timestamp '2026-05-06 10:00:00', null)
            ) as message(live_id, kind, event_ts, battle_start_ts)
            """
        )
        for changed in ("event_ts = timestamp '2026-05-01 23:59:00'", "live_id = 'M'"):
            touch(connection, "webcast_messages", f"(from raw.webcast_messages where {changed})")
        found = connection.execute(
            "select distinct source, day(event_date) from raw.touched_days order by all"
        ).fetchall()
    assert found == [("webcast", day) for day in (1, 3, 4, 5)]
