"""Pins the oracle: tiny LIVEs typed by hand, with the numbers worked out by hand.

Belongs here: `CASES` (LIVEs of a few events) and `LINE_CASES` (single lines and their outcome),
both plain data that can be replayed through the warehouse too, and the tests that hold the oracle
to them. Does not belong here: expected values that any code has computed.

All cases may be loaded together, with `RATES`: their ids never meet. Times are `mm:ss` after
2025-03-01T20:00:00Z (or `hh:mm:ss`), and every LIVE's id is its case's name.
"""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import nasty_dumps
import oracle
import pytest

NOW = datetime(2025, 6, 1, tzinfo=UTC)
BASE = datetime(2025, 3, 1, 20, 0, 0)
RATES = (
    ("EUR", "2025-02-01", "1.10"),
    ("EUR", "2025-03-02", "1.20"),
    ("JPY", "2025-01-01", "0.0067"),
    ("KWD", "2025-01-01", "3.25"),
    ("GBP", "2025-03-02", "1.25"),
)
REFERENCE = oracle.reference_of(RATES)


@dataclass(frozen=True)
class Case:
    """Contract events of one LIVE, what the LIVE comes to, and (channel, audience) cells of it.

    `expected` and `funnel` name only the values that the case is about; a cell of None must not
    exist. Ratios and seconds are floats, money is Decimal in USD, times are naive UTC.
    """

    name: str
    events: list[dict[str, Any]]
    expected: dict[str, Any]
    funnel: dict[tuple[str, str | None], dict[str, Any]] = field(default_factory=dict)

    @property
    def live_id(self) -> str:
        """The one LIVE of the case."""
        return self.name


def at(clock: str) -> datetime:
    """`mm:ss` or `hh:mm:ss` after BASE, with an optional fraction and a leading minus."""
    parts = [float(part) for part in clock.lstrip("-").split(":")]
    seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    return BASE + timedelta(seconds=-seconds if clock.startswith("-") else seconds)


def ev(event_type: str, clock: str, viewer_id: str | None = None, **more: Any) -> dict[str, Any]:
    """One event; envelope fields in `more` go to the envelope, all others to the payload."""
    event: dict[str, Any] = {
        "event_type": event_type,
        "event_ts": at(clock).isoformat(timespec="microseconds") + "Z",
    }
    if viewer_id is not None:
        event["viewer_id"] = viewer_id
    envelope = ("event_id", "received_ts", "live_id", "channel", "is_follower")
    event |= {name: more.pop(name) for name in envelope if name in more}
    if more:
        event["payload"] = more
    return event


def enter(clock: str, viewer_id: str, channel: str = "fyp", **more: Any) -> dict[str, Any]:
    """A room_enter, by default of somebody who does not follow."""
    follows = more.pop("is_follower", False)
    return ev("room_enter", clock, viewer_id, channel=channel, is_follower=follows, **more)


def leave(clock: str, viewer_id: str, **more: Any) -> dict[str, Any]:
    """A room_leave."""
    return ev("room_leave", clock, viewer_id, **more)


def impression(clock: str, viewer_id: str, channel: str, follows: bool) -> dict[str, Any]:
    """An impression."""
    return ev("impression", clock, viewer_id, channel=channel, is_follower=follows)


def order(clock: str, viewer_id: str, line: str, amount: Any, **more: Any) -> dict[str, Any]:
    """One order line, `line` as order/sku; one piece in USD unless told."""
    order_id, sku_id = line.split("/")
    named = {"order_id": order_id, "sku_id": sku_id, "quantity": 1, "currency": "USD"}
    return ev("order", clock, viewer_id, **(named | {"amount_minor": amount} | more))


def case(
    name: str,
    events: list[dict[str, Any]],
    expected: dict[str, Any],
    funnel: dict[tuple[str, str | None], dict[str, Any]] | None = None,
) -> Case:
    """A Case whose events carry ids of their own: nothing is shared between cases."""
    for place, event in enumerate(events):
        event["event_id"] = f"{name}-{event.get('event_id', place)}"
        event["live_id"] = name
        event["creator_id"] = f"creator-{name}"
        payload = event.get("payload", {})
        if "order_id" in payload:
            payload["order_id"] = f"{name}-{payload['order_id']}"
    return Case(name, events, expected, funnel or {})


START, END = ev("live_start", "00:00"), ev("live_end", "10:00")


def ten_minutes(*events: dict[str, Any]) -> list[dict[str, Any]]:
    """The events inside a LIVE from 00:00 to 10:00."""
    return [dict(START), *events, dict(END)]


CASES: list[Case] = [
    # ---- how a view ends
    case(
        "leave_without_view_id",
        ten_minutes(enter("01:00", "a"), leave("03:30", "a")),
        {
            "views": 1,
            "viewers": 1,
            "total_watch_sec": 150.0,
            "pcu": 1,
            "acu": 0.25,
            "avg_watch_sec_per_viewer": 150.0,
            "effective_views_10s": 1,
        },
    ),
    case(
        "view_without_leave_lasts_to_the_end",
        ten_minutes(enter("01:00", "a")),
        {"views": 1, "total_watch_sec": 540.0},
    ),
    case(
        "next_enter_ends_the_former_view",
        ten_minutes(enter("01:00", "a"), enter("04:00", "a"), leave("06:00", "a")),
        {"views": 2, "viewers": 1, "total_watch_sec": 300.0, "pcu": 1},
    ),
    case(
        "late_leave_of_a_former_view_is_ignored",
        ten_minutes(
            enter("01:00", "a", view_id="w1"),
            enter("03:00", "a", view_id="w2"),
            leave("04:00", "a", view_id="w1"),
            leave("05:00", "a", view_id="w2"),
        ),
        {"views": 2, "total_watch_sec": 240.0, "pcu": 1},
    ),
    case(
        "view_id_as_integer_and_as_text",
        ten_minutes(
            enter("01:00", "a", view_id=9007199254740993),
            leave("01:30", "a", view_id="9007199254740992"),
            leave("02:00", "a", view_id="9007199254740993"),
        ),
        {"views": 1, "total_watch_sec": 60.0},
    ),
    case(
        "first_own_leave_counts",
        ten_minutes(
            enter("01:00", "a", view_id="w"),
            leave("00:30", "a", view_id="w"),
            leave("02:00", "a", view_id="w"),
            leave("03:00", "a", view_id="w"),
        ),
        {"views": 1, "total_watch_sec": 60.0},
    ),
    case(
        "leave_without_enter",
        ten_minutes(leave("02:00", "a"), leave("03:00", "b", view_id="x")),
        {"views": 0, "viewers": 0, "total_watch_sec": 0.0, "pcu": 0, "acu": 0.0},
    ),
    case(
        "leave_after_the_end",
        ten_minutes(enter("09:00", "a"), leave("12:00", "a")),
        {"views": 1, "total_watch_sec": 60.0, "live_duration_sec": 600.0},
    ),
    case(
        "view_on_the_last_instant",
        ten_minutes(enter("10:00", "a"), ev("comment", "10:00", "a")),
        {"views": 1, "total_watch_sec": 0.0, "pcu": 0, "comments": 1, "comment_rate": 1.0},
        {("fyp", "non_follower"): {"views": 1, "comments": 1}},
    ),
    case(
        "ten_seconds_are_effective",
        ten_minutes(
            enter("01:00", "a"),
            leave("01:10", "a"),
            enter("02:00", "b"),
            leave("02:09.999999", "b"),
        ),
        {"views": 2, "effective_views_10s": 1, "total_watch_sec": 19.999999},
    ),
    # ---- start and end of a LIVE
    case(
        "start_and_end_inferred",
        [
            ev("notification_sent", "-30:00", "a", kind="push"),
            impression("01:00", "a", "fyp", False),
            enter("02:00", "a"),
            ev("comment", "05:00", "a"),
            order("07:00", "a", "o/s", 500),
            ev("user_report", "08:00", "a"),
            ev("comment_delete", "09:00"),
        ],
        {
            "live_start_ts": datetime(2025, 3, 1, 20, 1),
            "live_end_ts": datetime(2025, 3, 1, 20, 5),
            "is_start_inferred": True,
            "is_end_inferred": True,
            "live_duration_sec": 240.0,
            "total_watch_sec": 180.0,
            "orders": 0,
            "gmv": Decimal("0"),
            "sku_orders_post_live": 1,
            "gmv_post_live": Decimal("5.00"),
        },
    ),
    case(
        "earliest_start_and_earliest_end",
        [
            ev("live_start", "02:00"),
            ev("live_start", "01:00"),
            ev("live_end", "30:00"),
            ev("live_end", "11:00"),
            ev("comment", "20:00", "a"),
        ],
        {
            "live_start_ts": datetime(2025, 3, 1, 20, 1),
            "live_end_ts": datetime(2025, 3, 1, 20, 11),
            "is_start_inferred": False,
            "is_end_inferred": False,
            "live_duration_sec": 600.0,
            "comments": 0,
            "comments_post_live": 1,
        },
    ),
    case(
        "nobody_came",
        ten_minutes(),
        {
            **dict.fromkeys(("impressions", "views", "viewers", "comments", "likes", "orders"), 0),
            **dict.fromkeys(("err", "show_gpm", "watch_gpm", "follow_rate", "like_rate"), None),
            **dict.fromkeys(("live_ctr", "ctor", "avg_watch_sec_per_viewer"), None),
            "total_watch_sec": 0.0,
            "pcu": 0,
            "acu": 0.0,
            "gmv": Decimal("0"),
            "gmv_per_hour": 0.0,
            "impressions_per_hour": 0.0,
        },
    ),
    case(
        "only_a_start",
        [ev("live_start", "00:00")],
        {
            "live_duration_sec": 0.0,
            "is_end_inferred": True,
            "acu": None,
            "impressions_per_hour": None,
            "gmv_per_hour": None,
        },
    ),
    case(
        "across_midnight",
        [
            ev("live_start", "03:50:00"),
            order("03:59:59", "a", "o1/s", 1000, currency="EUR"),
            order("04:00:00", "a", "o2/s", 1000, currency="EUR"),
            ev("live_end", "04:50:00"),
        ],
        {"gmv": Decimal("23.00"), "live_duration_sec": 3600.0, "gmv_per_hour": 23.0},
    ),
    # ---- pauses
    case(
        "pause_inside_a_view",
        ten_minutes(
            enter("01:00", "a"),
            ev("live_pause", "02:00"),
            ev("live_resume", "04:00"),
            leave("05:00", "a"),
        ),
        {
            "live_duration_sec": 480.0,
            "paused_sec": 120.0,
            "total_watch_sec": 120.0,
            "acu": 0.25,
        },
    ),
    case(
        "nested_pauses_merge",
        ten_minutes(
            ev("live_resume", "00:30"),
            ev("live_pause", "01:00"),
            ev("live_pause", "02:00"),
            ev("live_resume", "03:00"),
            ev("live_resume", "04:00"),
            enter("00:00", "a"),
        ),
        {"live_duration_sec": 480.0, "paused_sec": 120.0, "total_watch_sec": 480.0, "acu": 1.0},
    ),
    case(
        "pause_without_resume",
        ten_minutes(enter("00:00", "a"), ev("live_pause", "04:00"), ev("live_resume", "11:00")),
        {"live_duration_sec": 240.0, "paused_sec": 360.0, "total_watch_sec": 240.0},
    ),
    case(
        "paused_all_the_time",
        ten_minutes(ev("live_pause", "00:00"), enter("01:00", "a"), ev("comment", "02:00", "a")),
        {
            "live_duration_sec": 0.0,
            "views": 1,
            "total_watch_sec": 0.0,
            "effective_views_10s": 0,
            "comments": 1,
            "pcu": 1,
            "acu": None,
            "impressions_per_hour": None,
        },
    ),
    # ---- concurrency
    case(
        "a_seat_is_freed_before_it_is_taken",
        ten_minutes(
            enter("01:00", "a"), leave("02:00", "a"), enter("02:00", "b"), leave("03:00", "b")
        ),
        {"views": 2, "viewers": 2, "pcu": 1, "total_watch_sec": 120.0},
    ),
    case(
        "overlap_and_a_view_of_no_length",
        ten_minutes(
            enter("01:00", "a"),
            leave("03:00", "a"),
            enter("02:59.999999", "b"),
            leave("04:00", "b"),
            enter("02:59.999999", "c"),
            leave("02:59.999999", "c"),
        ),
        {"views": 3, "viewers": 3, "pcu": 2, "total_watch_sec": 180.000001},
    ),
    # ---- in the LIVE and after it
    case(
        "edges_belong_to_the_live",
        ten_minutes(
            *(ev("comment", clock, "a") for clock in ("-00:00.000001", "00:00", "10:00")),
            ev("comment", "10:00.000001", "a"),
            ev("like", "-01:00", "a", count=5),
            ev("like", "00:00", "a", count=7),
            ev("like", "10:00.000001", "a", count=9),
        ),
        {"comments": 2, "comments_post_live": 1, "likes": 7, "views": 0, "comment_rate": None},
    ),
    case(
        "orders_after_the_end",
        ten_minutes(
            enter("00:00", "a"),
            order("10:00", "a", "o1/s", 1234),
            order("10:01", "a", "o2/s", 5000),
            order("48:00:00", "a", "o2/t", 1),
        ),
        {
            "sku_orders": 1,
            "orders": 1,
            "gmv": Decimal("12.34"),
            "buyers": 1,
            "sku_orders_post_live": 2,
            "gmv_post_live": Decimal("50.01"),
        },
    ),
    # ---- copies
    case(
        "exact_copies_count_once",
        ten_minutes(
            ev("like", "01:00", "a", count=3, event_id="l"),
            ev("like", "01:00", "a", count="3", event_id="l"),
            ev("like", "02:00", "a", count=3),
        ),
        {"likes": 6},
    ),
    case(
        "earliest_received_counts",
        ten_minutes(
            ev("like", "01:00", "a", count=50, event_id="l", received_ts="2025-03-02T00:00:00Z"),
            ev("like", "01:00", "a", count=20, event_id="l", received_ts=1740870000000),
            ev("like", "01:00", "a", count=70, event_id="l"),
        ),
        {"likes": 20},
    ),
    case(
        "received_with_offset_is_compared_in_utc",
        ten_minutes(
            ev("like", "01:00", "a", count=5, event_id="l", received_ts="2025-03-02T01:00:00Z"),
            ev("like", "1:00", "a", count=8, event_id="l", received_ts="2025-03-02T06:00:00+05:30"),
        ),
        {"likes": 8},
    ),
    # ---- orders and money
    case(
        "an_order_of_three_lines",
        ten_minutes(
            enter("00:00", "a"),
            ev("product_click", "01:00", "a", product_id="p"),
            ev("product_click", "01:10", "a", product_id="p"),
            order("02:00", "a", "o/s1", 1000, quantity=2),
            order("02:00", "a", "o/s2", 0),
            order("02:00", "a", "o/s3", "250", quantity="3"),
        ),
        {
            "orders": 1,
            "sku_orders": 3,
            "units_sold": 6,
            "gmv": Decimal("12.50"),
            "ctor": 1.5,
            "live_ctr": 2.0,
            "watch_gpm": 12500.0,
            "show_gpm": None,
            "gmv_per_hour": 75.0,
        },
    ),
    case(
        "a_repeated_order_line_is_a_conflict",
        ten_minutes(
            order("03:00", "a", "o/s", 9900, quantity=9),
            order("02:00", "a", "o/s", 100),
            order("04:00", "a", "o/t", 200),
        ),
        {"orders": 1, "sku_orders": 2, "units_sold": 2, "gmv": Decimal("3.00"), "buyers": 0},
    ),
    case(
        "an_order_line_placed_before_the_start",
        ten_minutes(order("-01:00", "a", "o/s", 100), order("01:00", "a", "o/s", 100)),
        {"orders": 0, "sku_orders": 0, "gmv": Decimal("0"), "sku_orders_post_live": 0},
    ),
    case(
        "yen_have_no_hundredths_and_dinars_have_thousandths",
        ten_minutes(
            order("01:00", "a", "o1/s", 1500, currency="JPY"),
            order("02:00", "a", "o2/s", 1500, currency="KWD"),
            order("03:00", "a", "o3/s", 1500),
        ),
        # 10.05 + 4.875 -> 4.88 + 15.00
        {"gmv": Decimal("29.93")},
    ),
    case(
        "every_line_is_rounded_alone",
        ten_minutes(*(order("01:00", "a", f"o/{n}", 1, currency="JPY") for n in range(3))),
        # 0.0067 each, 0.01 each when rounded
        {"gmv": Decimal("0.03"), "orders": 1, "sku_orders": 3},
    ),
    case(
        "money_without_a_rate_is_unknown",
        ten_minutes(
            impression("00:30", "a", "fyp", False),
            enter("01:00", "a"),
            order("02:00", "a", "o1/s", 100),
            order("03:00", "b", "o2/s", 100, currency="ARS"),
        ),
        {
            **dict.fromkeys(("gmv", "show_gpm", "watch_gpm", "gmv_per_hour"), None),
            "orders": 2,
            "gmv_post_live": Decimal("0"),
        },
        {
            ("fyp", "non_follower"): {"sku_orders": 1, "gmv": Decimal("1.00")},
            ("unknown", None): {"sku_orders": 1, "gmv": None},
        },
    ),
    # ---- gifts, likes, ratios
    case(
        "likes_are_sums_of_counts",
        ten_minutes(
            enter("00:00", "a"),
            enter("00:00", "b"),
            ev("like", "01:00", "a", count=15),
            ev("like", "01:01", "a", count="7"),
            ev("like", "01:02", "z", count=1),
        ),
        {"likes": 23, "like_rate": 11.5, "engaged_viewers": 1},
    ),
    case(
        "gifts_are_totals_of_their_event",
        ten_minutes(
            ev("gift", "01:00", "a", gift_id="g", quantity=3, coins=30, diamonds=15),
            ev("gift", "02:00", "a", gift_id="g", quantity=1, coins=0, diamonds=0),
            ev("gift", "11:00", "a", gift_id="g", quantity=1, coins=10, diamonds=5),
        ),
        {"gifts_sent": 4, "coins_spent": 30, "diamonds": 15},
    ),
    case(
        "impressions_but_no_entry",
        ten_minutes(*(impression("01:00", f"v{n}", "fyp", False) for n in range(5))),
        {
            "impressions": 5,
            "err": 0.0,
            "show_gpm": 0.0,
            "follow_rate": None,
            "watch_gpm": None,
            "impressions_per_hour": 30.0,
        },
    ),
    case(
        "ratios_may_exceed_one",
        ten_minutes(
            impression("00:10", "a", "fyp", False),
            enter("01:00", "a"),
            enter("02:00", "b", "inbox"),
            *(ev("share", "03:00", "a", event_id=f"s{n}") for n in range(3)),
            ev("follow", "04:00", "a"),
        ),
        {"err": 2.0, "share_rate": 1.5, "follow_rate": 0.5, "shares": 3},
    ),
    # ---- funnels: acts belong to views
    case(
        "an_act_belongs_to_the_latest_view",
        ten_minutes(
            enter("01:00", "a", "fyp"),
            leave("02:00", "a"),
            enter("03:00", "a", "inbox", is_follower=True),
            ev("comment", "02:00", "a"),
            ev("comment", "02:30", "a"),
            ev("comment", "03:00", "a"),
            ev("like", "09:00", "a", count=4),
            ev("comment", "00:59", "a"),
        ),
        {"comments": 4, "views": 2, "likes": 4},
        {
            ("fyp", "non_follower"): {"views": 1, "comments": 1, "likes": 0},
            ("inbox", "follower"): {"views": 1, "comments": 1, "likes": 4},
            ("unknown", None): {"views": 0, "comments": 2, "impressions": 0},
        },
    ),
    case(
        "an_act_where_two_views_touch_belongs_to_the_later_one",
        ten_minutes(
            enter("01:00", "a", "fyp"),
            enter("03:00", "a", "inbox"),
            ev("comment", "03:00", "a"),
            ev("share", "02:59.999999", "a"),
        ),
        {"views": 2, "comments": 1},
        {
            ("fyp", "non_follower"): {"views": 1, "comments": 0, "shares": 1},
            ("inbox", "non_follower"): {"views": 1, "comments": 1, "shares": 0},
        },
    ),
    case(
        "impressions_keep_their_own_channel",
        ten_minutes(
            impression("00:10", "a", "fyp", True),
            impression("00:20", "a", "carrier_pigeon", False),
            impression("00:30", "a", "unknown", False),
            enter("01:00", "a", "search"),
            order("02:00", "a", "o1/s", 700),
            order("02:00", "a", "o1/t", 300),
            order("02:00", "b", "o2/s", 900),
            ev("follow", "03:00", "a"),
            ev("share", "03:00", "b"),
            ev("product_click", "03:00", "a"),
        ),
        {"impressions": 3, "gmv": Decimal("19.00"), "buyers": 1, "orders": 2},
        {
            ("fyp", "follower"): {"impressions": 1, "views": 0},
            ("other", "non_follower"): {"impressions": 2, "views": 0},
            ("search", "non_follower"): {
                "impressions": 0,
                "views": 1,
                "sku_orders": 2,
                "orders": 1,
                "gmv": Decimal("10.00"),
                "new_follows_gross": 1,
                "product_clicks": 1,
                "shares": 0,
            },
            ("unknown", None): {"shares": 1, "sku_orders": 1, "gmv": Decimal("9.00")},
        },
    ),
    case(
        "two_viewers_share_no_view",
        ten_minutes(enter("01:00", "a"), ev("comment", "02:00", "b")),
        {"comments": 1, "engaged_viewers": 0, "viewers": 1},
        {
            ("fyp", "non_follower"): {"views": 1, "comments": 0},
            ("unknown", None): {"comments": 1},
            ("unknown", "non_follower"): {},
        },
    ),
]


# What the contract leaves open and this oracle decided: replay these only where the product has
# decided alike.
OPEN_CASES: list[Case] = [
    case(
        "enters_outside_the_live_are_no_views",
        ten_minutes(enter("-00:01", "a"), leave("05:00", "a"), enter("10:01", "b")),
        {"views": 0, "viewers": 0, "total_watch_sec": 0.0, "pcu": 0},
    ),
    case(
        "an_order_before_the_first_rate",
        ten_minutes(order("01:00", "a", "o/s", 100, currency="GBP")),
        {"gmv": None, "orders": 1},
    ),
    case(
        "only_new_followers_are_new",
        ten_minutes(
            enter("01:00", "a"),
            ev("follow", "02:00", "a"),
            enter("03:00", "a", is_follower=True),
            ev("follow", "04:00", "a"),
            enter("01:00", "b", is_follower=True),
            ev("follow", "02:00", "b"),
            ev("follow", "02:00", "nobody"),
        ),
        {"new_follows_gross": 4, "new_followers_unique": 2, "engaged_viewers": 2, "viewers": 2},
    ),
    case(
        "a_leave_with_view_id_ends_a_view_without",
        ten_minutes(enter("01:00", "a"), leave("02:00", "a", view_id="w")),
        {"total_watch_sec": 60.0},
    ),
    case(
        "a_leave_without_view_id_ends_no_view_with_one",
        ten_minutes(enter("01:00", "a", view_id="w"), leave("02:00", "a")),
        {"total_watch_sec": 540.0},
    ),
    case(
        "a_leave_on_the_limit_is_the_own_end",
        ten_minutes(
            enter("01:00", "a", view_id="w1"),
            leave("02:00", "a", view_id="w1"),
            enter("02:00", "a", view_id="w2"),
            leave("10:00", "a", view_id="w2"),
        ),
        {"views": 2, "total_watch_sec": 540.0},
    ),
    case(
        "an_order_line_is_one_over_its_repetitions_of_one_instant",
        ten_minutes(
            order("01:00", "a", "o/s", 200, event_id="y"),
            order("01:00", "a", "o/s", 100, event_id="x"),
        ),
        {"gmv": Decimal("1.00"), "sku_orders": 1},
    ),
    case(
        "an_end_before_the_start_leaves_no_length",
        [ev("live_end", "01:00"), ev("live_start", "02:00"), ev("comment", "02:00", "a")],
        {"live_duration_sec": 0.0, "comments": 1},
    ),
]


@pytest.mark.parametrize("one", [*CASES, *OPEN_CASES], ids=lambda one: one.name)
def test_case(one: Case) -> None:
    events = oracle.events_of(one.events, NOW)
    sessions = oracle.live_sessions(events, REFERENCE)
    assert set(sessions) == {one.live_id}
    assert {name: sessions[one.live_id][name] for name in one.expected} == one.expected
    cells = oracle.funnel(events, REFERENCE)
    for (channel, audience), expected in one.funnel.items():
        cell = cells.get((one.live_id, channel, audience), {})
        assert {name: cell[name] for name in expected} == expected, (channel, audience)
    assert not events.undecided


def test_cases_do_not_meet() -> None:
    everything = [*CASES, *OPEN_CASES]
    together = oracle.events_of([event for one in everything for event in one.events], NOW)
    sessions = oracle.live_sessions(together, REFERENCE)
    assert len(sessions) == len(everything)
    for one in everything:
        assert {name: sessions[one.live_id][name] for name in one.expected} == one.expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("leave_without_view_id", [("01:00", "03:30", False)]),
        ("view_without_leave_lasts_to_the_end", [("01:00", "10:00", True)]),
        (
            "next_enter_ends_the_former_view",
            [("01:00", "04:00", True), ("04:00", "06:00", False)],
        ),
        (
            "late_leave_of_a_former_view_is_ignored",
            [("01:00", "03:00", True), ("03:00", "05:00", False)],
        ),
        ("first_own_leave_counts", [("01:00", "02:00", False)]),
        ("leave_after_the_end", [("09:00", "10:00", True)]),
        ("view_on_the_last_instant", [("10:00", "10:00", True)]),
        ("enters_outside_the_live_are_no_views", []),
        (
            "a_leave_on_the_limit_is_the_own_end",
            [("01:00", "02:00", False), ("02:00", "10:00", False)],
        ),
    ],
)
def test_views(name: str, expected: list[tuple[str, str, bool]]) -> None:
    (one,) = [one for one in [*CASES, *OPEN_CASES] if one.name == name]
    found = oracle.views(oracle.events_of(one.events, NOW))
    assert [(view.start, view.end, view.is_end_inferred) for view in found] == [
        (at(start), at(end), is_end_inferred) for start, end, is_end_inferred in expected
    ]


def test_a_live_needs_an_event_of_a_running_room() -> None:
    named = {"live_id": "L", "creator_id": "c", "event_ts": "2025-03-01T20:00:00Z"}
    types = ("order", "order_status", "user_report", "notification_sent", "notification_open")
    lines = [{"event_id": name, "event_type": name, "viewer_id": "v", **named} for name in types]
    lines += [{"event_id": "t", "event_type": "team_join", "viewer_id": "v", **named}]
    lines += [{"event_id": "u", "event_type": "hologram", **named}]
    events = oracle.events_of(lines, NOW)
    assert oracle.live_sessions(events, REFERENCE) == {}
    assert oracle.funnel(events, REFERENCE) == {}
    assert events.files[0].unmodelled == 1


# ---- single lines --------------------------------------------------------------------------------

LIKE = (
    '{"event_id":"e","event_type":"like","event_ts":"2025-03-01T20:00:00Z","live_id":"l",'
    '"creator_id":"c","viewer_id":"v","payload":{"count":1}}'
)
ENTER = (
    '{"event_id":"e","event_type":"room_enter","event_ts":1740859200000,"live_id":"l",'
    '"creator_id":"c","viewer_id":"v","channel":"fyp","is_follower":true}'
)
ORDER = (
    '{"event_id":"e","event_type":"order","event_ts":"1740859200000","live_id":"l",'
    '"creator_id":"c","viewer_id":"v","payload":{"order_id":"o","sku_id":"s","quantity":1,'
    '"amount_minor":0,"currency":"USD"}}'
)
TS = '"2025-03-01T20:00:00Z"'

# (line without its newline, outcome): accepted, blank, or the reason of its rejection.
LINE_CASES: list[tuple[bytes, str]] = [
    *((line.encode(), "accepted") for line in (LIKE, ENTER, ORDER)),
    *((line, "blank") for line in (b"", b"   ", b"\t", b"\r", b" \t \r")),
    (LIKE.encode() + b"\r", "accepted"),
    (b"  " + LIKE.encode() + b" ", "accepted"),
    *((line, "malformed_json") for line in (b"{", b"null", b"[]", b"3", b'"x"', b"like", b"{]")),
    (LIKE[:-1].encode(), "malformed_json"),
    (LIKE.encode() * 2, "malformed_json"),
    (f"[{LIKE}]".encode(), "malformed_json"),
    (LIKE.replace('"v"', '"\xe9"').encode("latin-1"), "malformed_json"),
    (LIKE.replace('"v"', '"\xe9"').encode(), "accepted"),
    (LIKE.replace('"v"', f'"v","note":"{"x" * 1_048_576}"').encode(), "malformed_json"),
    (LIKE.replace('"v"', f'"v","note":"{"x" * 1_000_000}"').encode(), "accepted"),
    (LIKE.replace('"v"', '"v","shoe_size":44.5').encode(), "accepted"),
    (LIKE.replace('"like"', '"hologram"').encode(), "accepted"),
    (b'{"event_id":"e","event_type":"hologram","event_ts":1740859200000}', "accepted"),
    # required fields: absent, null, empty
    (LIKE.replace('"event_id":"e",', "").encode(), "missing_event_id"),
    (LIKE.replace('"event_id":"e"', '"event_id":null').encode(), "missing_event_id"),
    (LIKE.replace('"event_id":"e"', '"event_id":""').encode(), "missing_event_id"),
    (LIKE.replace('"event_type":"like",', "").encode(), "missing_event_type"),
    (LIKE.replace(TS, "null").encode(), "missing_event_ts"),
    (LIKE.replace(TS, '""').encode(), "missing_event_ts"),
    (LIKE.replace('"live_id":"l",', "").encode(), "missing_live_id"),
    (LIKE.replace('"creator_id":"c"', '"creator_id":""').encode(), "missing_creator_id"),
    (LIKE.replace('"viewer_id":"v",', "").encode(), "missing_viewer_id"),
    (ENTER.replace('"channel":"fyp",', "").encode(), "missing_channel"),
    (ENTER.replace('"is_follower":true', '"is_follower":null').encode(), "missing_is_follower"),
    (ENTER.replace('"is_follower":true', '"is_follower":"maybe"').encode(), "bad_is_follower"),
    (ENTER.replace('"fyp"', '"carrier_pigeon"').encode(), "accepted"),
    # types that need less
    (LIKE.replace('"like"', '"live_end"').replace('"viewer_id":"v",', "").encode(), "accepted"),
    (LIKE.replace('"like"', '"unfollow"').replace('"live_id":"l",', "").encode(), "accepted"),
    # timestamps
    *(
        (LIKE.replace(TS, good).encode(), "accepted")
        for good in (
            *('"2025-03-01T20:00:00+05:30"', '"2025-03-01T20:00:00.123456Z"', "1740859200000"),
            *('"1740859200000"', '"2016-01-01T00:00:00Z"', '"2025-06-02T00:00:00Z"'),
        )
    ),
    *(
        (LIKE.replace(TS, bad).encode(), "bad_event_ts")
        for bad in (
            *('"2025-03-01T20:00:00"', '"tomorrow"', '"2025-02-30T00:00:00Z"', "1740859200"),
            *('"2015-12-31T23:59:59.999999Z"', '"2016-01-01T00:00:00+00:01"', "true", "{}", "NaN"),
            *('"2025-06-02T00:00:00.000001Z"', "1740859200000000", "-1", '"2025-03-01"'),
        )
    ),
    # payload values
    *(
        (LIKE.replace('"count":1', f'"count":{bad}').encode(), "bad_count")
        for bad in ('"many"', "0", "-1", "1.5", "NaN", "true", '"1.5"', "[]", '"-4"')
    ),
    (LIKE.replace('"count":1', '"count":"12"').encode(), "accepted"),
    (LIKE.replace('{"count":1}', "null").encode(), "accepted"),
    (LIKE.replace('{"count":1}', "[]").encode(), "bad_payload"),
    *(
        (ORDER.replace('"quantity":1', f'"quantity":{bad}').encode(), "bad_quantity")
        for bad in ("0", "-1", "1.5", '"two"')
    ),
    (ORDER.replace('"amount_minor":0', '"amount_minor":-1').encode(), "bad_amount_minor"),
    (ORDER.replace('"amount_minor":0', '"amount_minor":19.99').encode(), "bad_amount_minor"),
    # ids
    (LIKE.replace('"e"', "9223372036854775807").encode(), "accepted"),
    (LIKE.replace('"e"', "1.0").encode(), "bad_event_id"),
    (LIKE.replace('"v"', "7.2e18").encode(), "bad_viewer_id"),
    (LIKE.replace('"l"', "1E5").encode(), "bad_live_id"),
    (ORDER.replace('"o"', "5.5").encode(), "bad_order_id"),
    (LIKE.replace('"e"', f'"{"x" * 64}"').encode(), "accepted"),
    (LIKE.replace('"e"', f'"{"x" * 65}"').encode(), "bad_event_id"),
]


@pytest.mark.parametrize(("raw", "expected"), LINE_CASES, ids=range(len(LINE_CASES)))
def test_line(raw: bytes, expected: str) -> None:
    outcome = oracle.read_line(raw, NOW)
    if isinstance(outcome, oracle.Event):
        outcome = "accepted"
    assert (outcome or "blank") == expected, raw[:200]


def test_the_spelling_of_a_time_does_not_matter() -> None:
    spellings = ("1740830400000", '"1740830400000"', '"2025-03-01T17:30:00+05:30"')
    times = set()
    for spelling in (*spellings, '"2025-03-01T12:00:00Z"', '"2025-03-01T04:00:00.000-08:00"'):
        event = oracle.read_line(LIKE.replace(TS, spelling).encode(), NOW)
        assert isinstance(event, oracle.Event)
        times.add(event.ts)
    assert times == {datetime(2025, 3, 1, 12)}


def test_an_id_keeps_its_digits() -> None:
    event = oracle.read_line(LIKE.replace('"v"', "9007199254740993").encode(), NOW)
    assert isinstance(event, oracle.Event)
    assert event.viewer_id == "9007199254740993"


# ---- files ---------------------------------------------------------------------------------------


def like(event_id: str, count: int = 1, received: str | None = None) -> bytes:
    line = json.loads(LIKE) | {"event_id": event_id, "payload": {"count": count}}
    return json.dumps(line | ({"received_ts": received} if received else {})).encode() + b"\n"


def read(landing: Path, files: dict[str, bytes]) -> oracle.Events:
    for name, content in files.items():
        path = landing / "events" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return oracle.read_landing(landing, NOW)


def outcomes(events: oracle.Events) -> dict[str, tuple[int, int, int, int, int]]:
    """Per file lines, accepted, duplicates, rejected, blank."""
    return {
        file.path: (file.lines, file.accepted, file.duplicates, file.rejected, file.blank)
        for file in events.files
    }


def test_every_line_has_one_outcome(tmp_path: Path) -> None:
    files = {
        "b/one.jsonl": like("1") + b"\n" + like("1") + b"{\n" + like("2") + b"  \n" + like("3"),
        "a.jsonl.gz": gzip.compress(like("3", 9, "2025-03-02T00:00:00Z") + like("4")[:-1]),
        "c.jsonl": b"\xef\xbb\xbf" + like("4").replace(b"\n", b"\r\n") + b"\r\n" + like("5"),
    }
    events = read(tmp_path, files)
    assert outcomes(events) == {
        "a.jsonl.gz": (2, 2, 0, 0, 0),
        "b/one.jsonl": (7, 2, 2, 1, 2),
        "c.jsonl": (3, 1, 1, 0, 1),
    }
    assert [(r.path, r.line, r.reason) for r in events.rejects] == [
        ("b/one.jsonl", 4, "malformed_json")
    ]
    assert all(file.is_balanced for file in events.files)
    assert sum(event.get("count") for event in events.accepted) == 13


def test_copies_that_nothing_decides_are_named(tmp_path: Path) -> None:
    events = read(tmp_path, {"a.jsonl": like("1", 5) + like("1", 6) + like("2") + like("2")})
    assert events.undecided == {"1"}
    assert outcomes(events) == {"a.jsonl": (4, 2, 2, 0, 0)}


def test_same_bytes_are_not_loaded_again(tmp_path: Path) -> None:
    events = read(tmp_path, {"a.jsonl": like("1"), "b.jsonl": like("1"), "c.jsonl": b""})
    assert outcomes(events) == {
        "a.jsonl": (1, 1, 0, 0, 0),
        "b.jsonl": (0, 0, 0, 0, 0),
        "c.jsonl": (0, 0, 0, 0, 0),
    }
    assert [file.same_as for file in events.files] == [None, "a.jsonl", None]


@pytest.mark.parametrize(
    ("good", "bad", "is_held_back"),
    [(0, 9, False), (0, 10, True), (989, 10, True), (990, 10, False), (991, 10, False)],
)
def test_hold_back(tmp_path: Path, good: int, bad: int, is_held_back: bool) -> None:
    content = b"".join(like(str(n)) for n in range(good)) + b"{\n" * bad
    events = read(tmp_path, {"a.jsonl": content})
    assert events.files[0].is_held_back is is_held_back
    assert len(events.accepted) == (0 if is_held_back else good)


def test_lines_of_a_held_back_file_do_not_win(tmp_path: Path) -> None:
    held = like("1", 99, "2025-03-01T20:00:00Z") + b"{\n" * 10
    events = read(tmp_path, {"a.jsonl": held, "b.jsonl": like("1", 5, "2025-03-03T00:00:00Z")})
    assert [event.get("count") for event in events.accepted] == [5]
    assert outcomes(events)["b.jsonl"] == (1, 1, 0, 0, 0)


def test_a_cut_file_is_held_back_until_it_is_whole(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(like(str(n)) for n in range(500)))
    events = read(tmp_path, {"cut.jsonl.gz": whole[:-20]})
    assert (events.files[0].truncated, events.files[0].is_held_back) == (True, True)
    assert events.accepted == []
    assert len(read(tmp_path, {"whole.jsonl.gz": whole}).accepted) == 500


def test_packed_parts_follow_each_other(tmp_path: Path) -> None:
    parts = gzip.compress(like("1")[:20]) + gzip.compress(like("1")[20:] + like("2"))
    events = read(tmp_path, {"a.jsonl.gz": parts})
    assert outcomes(events) == {"a.jsonl.gz": (2, 2, 0, 0, 0)}
    assert not events.files[0].truncated


def test_files_that_are_none_of_ours(tmp_path: Path) -> None:
    names = (".a.jsonl", "_a.jsonl", "a.jsonl.tmp", "a.jsonl.part", "a.txt", "a.csv")
    assert read(tmp_path, {f"deep/{name}": like(name) for name in names}).files == []
    assert oracle.read_landing(tmp_path / "nowhere", NOW).files == []


def test_reference_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "reference" / "currency_rates"
    folder.mkdir(parents=True)
    with (folder / "rates.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([("currency", "rate_date", "usd_per_unit"), *RATES])
    assert oracle.read_reference(tmp_path) == REFERENCE
    assert oracle.read_reference(tmp_path / "nowhere") == oracle.Reference({})


# ---- the hostile dumps ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seed",
    [1, pytest.param(2, marks=pytest.mark.long), pytest.param(3, marks=pytest.mark.long)],
)
def test_nasty_dumps_are_decided_by_the_contract(tmp_path: Path, seed: int) -> None:
    nasty_dumps.write_nasty(tmp_path, seed)
    events = oracle.read_landing(tmp_path, NOW)
    held_back = {file.path for file in events.files if file.is_held_back}
    assert held_back == {nasty_dumps.HELD_BACK, *nasty_dumps.TRUNCATED}
    assert [f.path for f in events.files if f.same_as] == [nasty_dumps.SAME_BYTES]
    assert all(file.is_balanced for file in events.files)
    assert not events.undecided
    assert not [event for event in events.accepted if event.event_id.startswith("bad-")]
    sessions = oracle.live_sessions(events, oracle.read_reference(tmp_path))
    assert len(sessions) == 41
    assert not set(sessions) & set(nasty_dumps.GHOST_LIVES)
    reasons = {reject.reason for reject in events.rejects}
    assert {"malformed_json", "missing_channel", "bad_event_ts", "bad_quantity"} <= reasons
    cells = oracle.funnel(events, oracle.read_reference(tmp_path))
    for live_id, session in sessions.items():
        # METRICS section 15, identities 3 to 5.
        assert session["views"] >= session["viewers"] >= session["pcu"]
        assert session["acu"] is None or session["acu"] <= session["pcu"]
        assert session["units_sold"] >= session["sku_orders"] >= session["orders"]
        assert session["buyers"] <= session["engaged_viewers"] <= session["viewers"]
        assert session["new_followers_unique"] <= session["new_follows_gross"]
        for name in ("impressions", "views", "comments", "likes", "shares", "sku_orders"):
            parts = [cell[name] for key, cell in cells.items() if key[0] == live_id]
            assert sum(parts) == session[name], (live_id, name)


def test_nasty_dumps_are_the_same_for_one_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        nasty_dumps.write_nasty(tmp_path / name, 7)
    one, two = (
        {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two
