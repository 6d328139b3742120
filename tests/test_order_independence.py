"""What is published depends on which events ever came, never on when, where or in what order.

Raw is held against a home into which all came in one file of each family; the published tables
against one `--full` night, in `make test-long`. LIVEHOUSE_ORDERS=500 tries more orders of raw.
"""

from __future__ import annotations

import csv
import json
import os
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from parcels import Parcel, content_hashes, deliver, in_parcels, load, write

from ingestion import merge
from livehouse.settings import Home, Settings
from orchestration.corrections import withdraw_file
from orchestration.journal import Night, Orders
from orchestration.night import run_night
from publishing.differences import compare_releases
from simulator.simulate import simulate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORDERS = int(os.environ.get("LIVEHOUSE_ORDERS", "5"))
SETTINGS = Settings(threads=1, memory_limit="1GB")
FILES = frozenset({"raw.files", "raw.seen", "raw.rejects", "raw.drift", "raw.events_duplicates",
                   "raw.webcast_messages_duplicates", "raw.touched_lives",
                   "raw.touched_days", "raw.built.build_id"})  # fmt: skip
"""Tables of raw that tell of files, which LIVEs and days wait for a build, and which build was the
last; the copies that do not count are as many as were delivered."""
EARLY, LATER, LATEST = (f"2026-05-01T10:00:0{second}Z" for second in (1, 5, 9))


def event(event_id: str, event_type: str = "like", count: Any = 1, **more: Any) -> str:
    """A line as a collector writes it; `payload` and every other field may be given."""
    line = {
        "event_id": event_id,
        "event_type": event_type,
        "event_ts": "2026-05-01T10:00:00Z",
        "live_id": "L1",
        "creator_id": "C1",
        "viewer_id": "v1",
        "payload": {"count": count},
        **more,
    }
    return json.dumps(line)


def message(number: int, viewer: str, **more: Any) -> str:
    """A comment of the public feed."""
    common = {"method": "WebcastChatMessage", "msgId": str(number), "roomId": "9"}
    created = {"createTime": str(1780300000000 + number)}
    return json.dumps(
        {"common": {**common, **created}, "user": {"id": viewer}, "content": "so?", **more}
    )


# Of an event the count that must win, whatever the order; a copy's own count tells it from others.
WINNERS = {"alone": 1, "received": 2, "undated": 3, "corrected": 4, "same": 5, "spelled": 6}
EVENTS = (
    event("alone", count=1),
    event("received", count=99, received_ts=LATEST),
    event("received", count=2, received_ts=EARLY),
    event("received", count=98, received_ts=LATER),
    event("undated", count=97),
    event("undated", count=3, received_ts=LATEST),
    event("corrected", count=4, received_ts=EARLY, event_ts="2026-05-01T09:00:00Z"),
    event("corrected", count=4, received_ts=LATER, event_ts="2026-05-01T11:00:00Z"),
    event("same", count=5, received_ts=EARLY),
    event("same", count=5, received_ts=EARLY),
    event("spelled", count=6, event_ts="2026-05-01T12:00:00+02:00"),
    event("spelled", count="6", event_ts=1777629600000),
    # nothing but their content tells these apart
    *(event("tied", count=number, received_ts=EARLY) for number in (7, 8, 9)),
    *(event("tied undated", count=number, live_id=f"L{number}") for number in (7, 8)),
    *(event(f"at once {n}", event_ts="2026-05-01T10:00:00.000001Z") for n in range(4)),
    event("unknown", "poll_vote", payload={"option": "b"}),
    event("hostile", "'; drop table raw.events; --", payload={}),
    event("extra", new_field=[1, {"deep": None}], payload={"count": 1, "odd": "x"}),
    event("number", viewer_id=7516550777377246123, live_id="L2"),
    '{"broken": ',
    "no json",
    event("no type", event_type=""),
    event("bad count", count="many"),
    event("bad time", event_ts="2026-02-30T00:00:00Z"),
    "",
)
MESSAGES = (
    message(1, "7"),
    message(2, "7"),
    message(2, "8"),
    message(3, "8", content="again?"),
    message(3, "8"),
    json.dumps({"event": "chat", "room_id": "9", "received_at": LATER, "data": {"comment": "a"}}),
    json.dumps({"event": "chat", "room_id": "9", "received_at": EARLY, "data": {"comment": "b"}}),
    json.dumps({"method": "WebcastUnknownThing", "room_id": "9", "data": {"common": {}}}),
    "no json",
)
CREATORS = (
    {"creator_id": "C1", "market": "GB", "valid_from": None},
    {"creator_id": "C1", "market": "DE", "valid_from": "2026-04-01"},
    {"creator_id": "C1", "market": "FR", "valid_from": "2026-04-01"},
    {"creator_id": "C2", "market": "US", "valid_from": "2026-05-02"},
    {"creator_id": "C2", "market": "US", "category": "a;b'c", "valid_from": "2026-05-02"},
    {"creator_id": "", "market": "US"},
)
RATES = (
    {"currency": "EUR", "rate_date": "2026-05-01", "usd_per_unit": "1.10"},
    {"currency": "EUR", "rate_date": "2026-05-01", "usd_per_unit": "1.11"},
    {"currency": "EUR", "rate_date": "2026-05-02", "usd_per_unit": "1.12"},
    {"currency": "GBP", "rate_date": "2026-05-02", "usd_per_unit": "minus one"},
)
LINES = {
    "events": EVENTS,
    "webcast": MESSAGES,
    "reference/creators": tuple(json.dumps(row) for row in CREATORS),
    "reference/currency_rates": tuple(json.dumps(row) for row in RATES),
}
TABLES = {
    "events": "raw.events",
    "webcast": "raw.webcast_messages",
    "reference/creators": "raw.ref_creators",
    "reference/currency_rates": "raw.ref_currency_rates",
}
# It would win over every copy, and has an event of its own: but it is taken back for good.
STRANGER = Parcel(
    "events/stranger",
    (event("received", count=96, received_ts="2026-05-01T10:00:00Z"), event("strange")),
    fate="stranger",
)


def parcels_of(rng: random.Random, families: tuple[str, ...]) -> list[Parcel]:
    """Every line in files, over one to four nights, beside a file that is taken back for good."""
    nights = rng.choice((1, 1, 2, 2, 3, 4))
    parcels = [replace(STRANGER, night=rng.randint(1, nights))]
    for family in families:
        found = in_parcels(rng, family, LINES[family], rng.randint(1, 4), nights)
        if family.startswith("reference"):
            # reference tables come as plain text, and are read whole or not at all
            found = [replace(parcel, packing="jsonl") for parcel in found]
        parcels += found
    rng.shuffle(parcels)
    return parcels


def winners(home: Home) -> dict[str, tuple[int, int]]:
    """What raw holds of every event and every row of reference, whatever file it came in."""
    file = home.warehouse
    with duckdb.connect(str(file), read_only=True) as reader:
        tables = reader.execute("select table_name from duckdb_tables() where schema_name = 'raw'")
        without = FILES | {f"raw.{table}.file_id" for (table,) in tables.fetchall()}
    return content_hashes(file, ["raw"], without, distinct=True)


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as reader:
        return reader.execute(query).fetchall()


def in_one_night(folder: Path) -> Home:
    home = Home(folder / "home")
    for family, lines in LINES.items():
        write(folder / "landing", Parcel(f"{family}/all", lines))
    load(home, folder / "landing", SETTINGS, NOW, set(), frozenset())
    return home


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return in_one_night(tmp_path_factory.mktemp("whole"))


def test_of_copies_the_one_received_first_counts(whole: Home) -> None:
    got = dict(rows(whole.warehouse, "select event_id, count from raw.events"))
    assert {event_id: got[event_id] for event_id in WINNERS} == WINNERS
    assert got.keys() - WINNERS.keys() == {
        *("tied", "tied undated", "unknown", "hostile", "extra", "number"),
        *(f"at once {number}" for number in range(4)),
    }
    assert rows(
        whole.warehouse, "select event_ts from raw.events where event_id = 'corrected'"
    ) == [(datetime(2026, 5, 1, 9),)]


@settings(
    max_examples=ORDERS,
    deadline=None,
    # a home takes a second: the first order that fails is told as it is
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize=ORDERS == 25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rng=st.randoms(use_true_random=False))
def test_raw_is_the_same_in_any_order(whole: Home, rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"))
        families = ("events", rng.choice([*LINES][1:]))
        parcels = parcels_of(rng, families)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(merge, "ROWS_OF_A_SHARE", rng.choice((1, 5, 1000)))
            deliver(home, Path(folder, "landing"), parcels, SETTINGS, NOW)
        came = {TABLES[family] for family in families}
        nothing = (0, 0)
        assert winners(home) == {
            table: found if table in came else nothing for table, found in winners(whole).items()
        }
        assert (
            rows(
                home.warehouse,
                "select path from raw.files"
                " where lines <> accepted + duplicates + rejected + blank + erased",
            )
            == []
        )
        assert {state for (state,) in rows(home.warehouse, "select state from raw.files")} <= {
            *("loaded", "replaced", "withdrawn")
        }


# The published file ------------------------------------------------------------------------------

WEBCAST = Path(__file__).parent / "fixtures/webcast_small.jsonl"
PUBLISHED = ("facts", "marts", "meta")
ABOUT_RUNS = frozenset({
    # which files came, when, how often the same line, and what each run said
    "meta.loads", "meta.drift", "meta.releases", "meta.restatements", "meta.checks",
    "meta.run_profile",
    "meta.data_quality.events_duplicate", "meta.data_quality.duplicate_rate",
})  # fmt: skip
"""What depends on files and runs; every other column of every table is compared, bit for bit."""
HOSTILE = "x'; drop table facts.fct_live_session; -- \x1b[2J\u202e\"`$(id)"


@dataclass(frozen=True)
class World:
    """A simulated landing folder as lines; `late` are those received in and after the last hour of
    the LIVE `unfinished`, `on_time` all others.
    """

    on_time: tuple[str, ...]
    late: tuple[str, ...]
    unfinished: str
    others: dict[str, tuple[str, ...]]

    def parcels(self, rng: random.Random, nights: int) -> list[Parcel]:
        """All of it but the late lines, in any files and nights."""
        parcels = in_parcels(rng, "events", self.on_time, 6, nights)
        for family, lines in self.others.items():
            found = in_parcels(rng, family, lines, 2, nights)
            if family.startswith("reference"):
                found = [replace(parcel, packing="jsonl") for parcel in found]
            parcels += found
        return parcels


def received(line: str) -> datetime | None:
    """When an event was received, as far as the line is good enough to tell."""
    try:
        told = json.loads(line)
        value = told.get("received_ts") or told["event_ts"]
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000, UTC)
        return datetime.fromisoformat(value)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def simulated(folder: Path) -> World:
    simulate(folder, days=4, events_per_day=4000, seed=3, faults=True)
    lines = [
        line
        for path in sorted((folder / "events").rglob("*.jsonl"))
        # a file of three days ago would leave every LIVE of today provisional
        if "late" not in path.name
        for line in path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    ]
    ends = [json.loads(line) for line in lines if '"live_end"' in line]
    last = max(ends, key=lambda end: received(json.dumps(end)) or datetime.min.replace(tzinfo=UTC))
    an_hour_before = (received(json.dumps(last)) or NOW) - timedelta(hours=1)
    late = {line for line in lines if (received(line) or an_hour_before) > an_hour_before}
    others = {"webcast": tuple(WEBCAST.read_text().splitlines())}
    for path in sorted((folder / "reference").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as source:
            rows_of = tuple(json.dumps(row) for row in csv.DictReader(source))
        others[f"reference/{path.parent.name}"] = rows_of
    return World(
        on_time=(*(line for line in lines if line not in late), *hostile_lines()),
        late=tuple(line for line in lines if line in late),
        unfinished=last["live_id"],
        others=others,
    )


def hostile_lines() -> list[str]:
    """A LIVE whose texts mean something to SQL, shells and terminals; copies that tie."""
    live = {"live_id": "hostile-live", "creator_id": "hostile-creator", "viewer_id": None}
    start, sold = "2026-03-28T10:00:00Z", {"order_id": HOSTILE[:60], "sku_id": "s", "quantity": 1}
    view = {**live, "viewer_id": "hostile-viewer", "channel": HOSTILE, "is_follower": True}
    return [
        event("h1", "live_start", event_ts=start, payload={"category": HOSTILE, "title": HOSTILE},
              **live),
        event("h2", "room_enter", event_ts="2026-03-28T10:00:01Z", payload={}, **view),
        event("h3", "order", event_ts="2026-03-28T10:00:02Z", **{**view, "channel": None},
              payload={**sold, "amount_minor": 500, "currency": HOSTILE}),
        event("h4", HOSTILE, event_ts="2026-03-28T10:00:03Z", payload={HOSTILE: HOSTILE}, **live),
        event("h5", "live_end", event_ts="2026-03-28T10:30:00Z", payload={"reason": HOSTILE},
              **live),
        *(event("h6", "gift", event_ts="2026-03-28T10:00:04Z", received_ts="2026-03-28T10:00:05Z",
                payload={"gift_id": "g", "coins": coins, "diamonds": coins}, **view)
          for coins in (5, 7)),
    ]  # fmt: skip


@dataclass
class House:
    """A home with the real models, one night a day after the other."""

    home: Home
    threads: int
    nights: int = 0

    @property
    def landing(self) -> Path:
        return self.home.root.parent / f"{self.home.root.name}-landing"

    @property
    def orders(self) -> Orders:
        self.nights += 1
        limits = Settings(threads=self.threads, memory_limit="2GB", hold_back_min_rejects=1_000_000)
        return Orders(self.home, self.landing, limits, NOW + timedelta(days=self.nights))

    def run(self, accept: frozenset[str] = frozenset(), *, full: bool = False) -> Night:
        orders = self.orders
        return run_night(
            self.home, self.landing, orders.settings, orders.now, accept=accept, full=full
        )

    def hashes(self) -> dict[str, tuple[int, int]]:
        return content_hashes(self.home.current / "livehouse.duckdb", PUBLISHED, ABOUT_RUNS)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self.home.current / "livehouse.duckdb", query)

    def deliver(self, parcels: list[Parcel]) -> None:
        """The nights before the last load only; the last one publishes."""
        told: list[Night] = []
        deliver(self.home, self.landing, parcels, SETTINGS, NOW, lambda a: told.append(self.run(a)))
        assert [night.outcome for night in told] == ["published"], told[0].message


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return simulated(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module", autouse=True)
def one_key() -> Iterator[None]:
    """Two homes that share their pseudonyms, so that viewers can be compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVEHOUSE_KEY", "order-independence-" * 3)
        yield


@pytest.fixture(scope="module")
def at_once(world: World, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Everything in one file of each family, one `--full` night on two threads."""
    house = House(Home(tmp_path_factory.mktemp("at_once") / "home"), threads=2)
    write(house.landing, Parcel("events/all", (*world.on_time, *world.late)))
    for family, lines in world.others.items():
        write(house.landing, Parcel(f"{family}/all", lines))
    assert house.run(full=True).outcome == "published"
    return house


@dataclass(frozen=True)
class Story:
    """A home on one thread: without the late file, with it, and with it taken back."""

    house: House
    without: dict[str, tuple[int, int]]
    with_it: dict[str, tuple[int, int]]
    taken_back: dict[str, tuple[int, int]]
    was_provisional: list[tuple[Any, ...]]
    is_provisional: list[tuple[Any, ...]]
    restated: list[tuple[Any, ...]]
    changed_tables: frozenset[str]


PROVISIONAL = "select is_provisional, is_end_inferred from marts.live_sessions where live_id = '{}'"


@pytest.fixture(scope="module")
def story(world: World, tmp_path_factory: pytest.TempPathFactory) -> Story:
    house = House(Home(tmp_path_factory.mktemp("story") / "home"), threads=1)
    provisional = PROVISIONAL.format(world.unfinished)
    house.deliver(world.parcels(random.Random(1), nights=2))
    without, was_provisional = house.hashes(), house.rows(provisional)
    write(house.landing, Parcel("events/late", world.late, "gz"))
    assert house.run().outcome == "published"
    with_it, is_provisional = house.hashes(), house.rows(provisional)
    restated = house.rows(
        "select distinct reason, files from meta.restatements"
        f" where live_id = '{world.unfinished}' and value_before is not null"
    )
    changed = compare_releases(house.home, None, None).tables
    done = withdraw_file(house.orders, "events/late.jsonl.gz", lambda _: None)
    assert done.night.outcome == "published"
    return Story(
        house,
        without,
        with_it,
        house.hashes(),
        was_provisional,
        is_provisional,
        restated,
        frozenset(table.table for table in changed if table.rows_changed),
    )


@pytest.mark.long
def test_the_published_tables_are_the_same_in_any_order(at_once: House, story: Story) -> None:
    """On one thread as on two, in one night or three, rebuilt in part or as a whole."""
    assert story.with_it == at_once.hashes()
    assert story.with_it.keys() > {"marts.live_sessions", "facts.fct_viewer_creator"}
    assert story.with_it["marts.live_sessions"][0] >= 20


@pytest.mark.long
def test_a_withdrawn_file_leaves_what_was_published_without_it(story: Story) -> None:
    assert story.without != story.with_it
    assert story.taken_back == story.without


@pytest.mark.long
def test_a_live_is_provisional_until_its_last_hour_is_there(story: Story) -> None:
    assert story.was_provisional == [(True, True)]
    assert story.is_provisional == [(False, False)]


@pytest.mark.long
def test_what_a_late_file_changed_is_told_with_its_name(story: Story) -> None:
    assert story.restated == [("late events", "events/late.jsonl.gz")]
    assert {"marts.live_sessions", "facts.fct_live_session"} <= story.changed_tables


@pytest.mark.long
def test_hostile_values_are_only_values(at_once: House) -> None:
    assert at_once.rows(
        "select category, views, gmv from marts.live_sessions where live_id = 'hostile-live'"
    ) == [(HOSTILE, 1, None)]
    assert (HOSTILE,) in at_once.rows("select category from marts.categories")
    assert ("event_type", HOSTILE) in at_once.rows("select kind, name from meta.drift")


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_other_orders_publish_the_same(
    world: World, at_once: House, tmp_path: Path, seed: int
) -> None:
    house = House(Home(tmp_path / "home"), threads=1 + seed % 2)
    rng = random.Random(seed)
    late = in_parcels(rng, "events/late", world.late, 2, nights=4)
    house.deliver([*world.parcels(rng, nights=4), *late])
    assert house.hashes() == at_once.hashes()
