"""LIVEs typed by hand, and one home that gets them night after night with the real models.

What belongs here: the LIVEs, their nights, and what each of them rebuilt and published.
What does not: what is right about it (test_rebuilding.py, test_judging_in_parts.py).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from dbt_kept import dbt_kept
from parcels import content_hashes

from livehouse.settings import Home, Settings
from orchestration.corrections import withdraw_file
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
    buyer, product = viewers.split()[0], f"p-{name[0]}"
    bought = order(f"o-{name}", product)
    events.append(event(f"{name}-o", "order", name, at(day, "10:20:00"), viewer=buyer, **bought))
    return events


def order(order_id: str, product: str) -> dict[str, Any]:
    line = {"order_id": order_id, "sku_id": "s", "product_id": product, "quantity": 1}
    return {**line, "amount_minor": 500, "currency": "GBP", "sales_model": "creator_led"}


def gift(name: str, day: int) -> list[dict[str, Any]]:
    own = {"viewer": "anna", "gift_id": "rose", "quantity": 1, "coins": 2, "diamonds": 1}
    return [event(f"{name}-g", "gift", name, at(day, "10:25:00"), **own)]


def battle(name: str, day: int, side: str) -> list[dict[str, Any]]:
    own = {"battle_id": "b", "side": side}
    return [
        event(f"{name}-b", "battle_start", name, at(day, "10:10:00"), **own),
        event(f"{name}-c", "battle_end", name, at(day, "10:20:00"), **own),
    ]


def copy_of_before(line: dict[str, Any]) -> dict[str, Any]:
    """A copy that was received before the one that is there: it counts."""
    return {**line, "received_ts": at(1, "00:00:00")}


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
    members: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    bought_after: dict[str, Decimal | None] = field(default_factory=dict)
    after_second: Nights | None = None

    @property
    def now(self) -> datetime:
        self.count += 1
        return NOW + timedelta(days=self.count)

    def copy_to(self, folder: Path) -> Nights:
        shutil.copytree(self.home.root, folder / "home", symlinks=True)
        shutil.copytree(self.landing, folder / "landing")
        return replace(self, home=Home(folder / "home"), landing=folder / "landing")

    def deliver(self, name: str, events: list[dict[str, Any]]) -> None:
        file = self.landing / "events" / f"{name}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(line) + "\n" for line in events))

    def refer(self, name: str, table: str, text: str) -> None:
        file = self.landing / "reference" / table / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, name: str, *, full: bool = False) -> None:
        with dbt_kept(self.home):
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
        self.members[name] = self.rows(
            "select report_week, active_team_members from intermediate.int_active_team_members"
            " order by all"
        )
        ((self.bought_after[name],),) = self.rows(
            "select gmv_post_7d from marts.live_sessions where live_id = 'x2'"
        )
        self.in_parts[name] = self.taken_over
        self.taken_over = {}

    def see(self, connection: duckdb.DuckDBPyConnection, table: tuple[str, str]) -> bool:
        """In place of the proof that a table of the release was replaced in parts."""
        self.taken_over[".".join(table)] = is_whole = has_as_many_rows(connection, table)
        return is_whole

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as reader:
            return reader.execute(query).fetchall()


def run_all(nights: Nights) -> None:
    nights.refer("old", "currency_rates", "currency,rate_date,usd_per_unit\nGBP,2026-05-01,1.25\n")
    nights.deliver(
        "early",
        [
            *live("x1", 4, "anna ben"),
            *gift("x1", 4),
            event("x1-t", "team_join", "x1", at(4, "10:26:00"), viewer="anna"),
            *live("x2", 5, "ben cleo"),
            *live("x3", 12, "anna cleo"),
            *live("y1", 4, "anna dan"),
            *gift("y1", 4),
            *live("y2", 6, "dan"),
            *live("u1", 11, "gus"),
            *battle("u1", 11, "1"),
            *live("w1", 11, "fay"),
            *battle("w1", 11, "2"),
            stray("moved", at(2, "10:00:00"), at(2, "10:00:00")),
            stray("copied", at(3, "10:00:00"), at(3, "10:00:00")),
            # nothing yet that says there was a LIVE
            event("told", "notification_sent", "z1", at(8, "10:00:00"), viewer="dan"),
        ],
    )
    nights.run("first")
    # a new LIVE of X, a late entry into an old one of Y; the LIVE of Z, in which who was in X's
    # second LIVE buys its product; outside of any LIVE what comes late, again, and as a copy that
    # was received first and says another day
    nights.deliver(
        "second",
        [
            *live("x4", 13, "cleo emil"),
            event("late", "room_enter", "y1", at(4, "10:40:00"), viewer="emil"),
            *live("z1", 10, "dan"),
            event("o", "order", "z1", at(10, "10:21:00"), viewer="cleo", **order("o", "p-x")),
            stray("stray", at(7, "10:00:00"), at(13, "10:00:00")),
            stray("copied", at(3, "10:00:00"), at(13, "10:00:00")),
            stray("moved", at(1, "10:00:00"), at(1, "10:00:00")),
        ],
    )
    nights.run("second")
    nights.after_second = nights.copy_to(nights.home.root.parent / "second")
    # an order of Y's first LIVE was paid: who was there is the same; a rate came for one day, on
    # which X's second LIVE sold something; outside of any LIVE Anna had left X's team before she
    # was in the third one
    paid = {"order_id": "o-y1", "sku_id": "s", "status": "paid"}
    left = event("left", "team_leave", "x", at(7, "09:00:00"), viewer="anna")
    nights.deliver(
        "paid",
        [
            event("paid", "order_status", "y1", at(14, "09:00:00"), viewer="anna", **paid),
            {**left, "live_id": None},
        ],
    )
    nights.refer("new", "currency_rates", "currency,rate_date,usd_per_unit\nGBP,2026-05-05,2\n"
                 "GBP,2026-05-06,1.25\n")  # fmt: skip
    nights.run("rate")
    nights.refer("titles", "products", "product_id,title\np-y,Shoe\np-v,Hat\n")
    nights.run("titles")
    # five weeks later: what became of the orders of May 4 and 5 is settled, of May 6 it is not; U
    # got a gift in its battle with W; Fay came to W and left a minute later, so that her week, and
    # what ran in either LIVE, is the same
    fay = {"viewer": "fay"}
    came = event("w1-fay-e", "room_enter", "w1", at(11, "10:01:20"), **fay)
    went = event("w1-fay-x", "room_leave", "w1", at(11, "10:31:00"), **fay)
    nights.deliver(
        "later",
        [
            *live("v1", 35, "anna"),
            event("u1-g", "gift", "u1", at(11, "10:15:00"), viewer="gus", gift_id="rose",
                  quantity=1, coins=2, diamonds=1),
            copy_of_before(came),
            copy_of_before(went),
        ],
    )  # fmt: skip
    nights.run("later")
    nights.withdraw("withdrawn", "events/second.jsonl")
    nights.run("full", full=True)
