"""Pins the oracle's other grains: tiny LIVEs typed by hand, with the numbers worked out by hand.

Belongs here: hand-typed cases for `oracle_grains.py`, and the identities between its grains on the
hostile dumps. Does not belong here: expected values that any code has computed, the LIVE grain
(`test_oracle.py`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import nasty_dumps
import oracle
import oracle_grains
import pytest
from oracle_grains import Interval

NOW = datetime(2026, 6, 1, tzinfo=UTC)
REFERENCE = oracle.reference_of([("EUR", "2026-01-01", "1.10")])
TIMEZONES = {"GB": "Europe/London", "US": "America/New_York", "XX": "Mars/Olympus"}
CREATORS = {"ann": "GB", "bob": "US", "cat": "GB", "dan": "XX"}

Event = dict[str, Any]
Dump = tuple[oracle.Events, oracle.Reference]


def utc(text: str) -> datetime:
    """`hh:mm:ss` on 2026-03-10, or `mm-dd hh:mm:ss` of 2026; the seconds may be left out."""
    day, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-{day or '03-10'}T{clock}")


def ev(event_type: str, when: str, viewer_id: str | None = None, **payload: Any) -> Event:
    """One event; `market` goes to the envelope, everything else to the payload."""
    event: Event = {"event_type": event_type, "event_ts": utc(when).isoformat() + "Z"}
    if viewer_id is not None:
        event["viewer_id"] = viewer_id
    if "market" in payload:
        event["market"] = payload.pop("market")
    if event_type in ("impression", "room_enter"):
        event |= {"channel": "fyp", "is_follower": False}
    return event | {"payload": payload}


def view(viewer_id: str, start: str, end: str | None = None, **more: Any) -> list[Event]:
    """A room_enter and, unless the view is left open, its room_leave."""
    leaves = [ev("room_leave", end, viewer_id)] if end else []
    return [ev("room_enter", start, viewer_id, **more), *leaves]


def order(when: str, viewer_id: str, line: str, amount: int, **more: Any) -> Event:
    """One order line, `line` as order/sku; product p, one piece, US cents unless told."""
    order_id, sku_id = line.split("/")
    named = {"order_id": order_id, "sku_id": sku_id, "product_id": "p", "currency": "USD"}
    return ev("order", when, viewer_id, **(named | {"quantity": 1, "amount_minor": amount} | more))


def live(live_id: str, creator_id: str, start: str, end: str, *inside: Any) -> list[Event]:
    """A LIVE's events: `inside` holds events and lists of events."""
    flat = [ev("live_start", start), ev("live_end", end)]
    for one in inside:
        flat += one if isinstance(one, list) else [one]
    return [
        event | {"live_id": live_id, "creator_id": creator_id, "event_id": f"{live_id}-{place}"}
        for place, event in enumerate(flat)
    ]


def read(*lives: list[Event]) -> oracle.Events:
    return oracle.events_of([event for one in lives for event in one], NOW)


def columns(rows: dict[Any, dict[str, Any]], *names: str) -> dict[Any, tuple[Any, ...]]:
    """Of every row the named values."""
    return {key: tuple(row[name] for name in names) for key, row in rows.items()}


# ---- minutes -----------------------------------------------------------------------------------


def minutes(events: oracle.Events, *names: str) -> dict[str, tuple[Any, ...]]:
    """Of the one LIVE: by `hh:mm` the named values."""
    rows = columns(oracle_grains.live_minutes(events, REFERENCE), *names)
    return {f"{minute:%H:%M}": row for (_, minute), row in rows.items()}


def test_a_view_across_three_minutes_with_a_pause() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00:30",
            "20:04:00",
            ev("live_pause", "20:01:40"),
            ev("live_resume", "20:02:10"),
            view("a", "20:01:15", "20:03:20"),
            view("b", "20:03:30"),
        )
    )
    names = ("minute_index", "views", "total_watch_sec", "concurrent_at_end", "peak_in_minute")
    assert minutes(events, *names) == {
        "20:00": (0, 0, 0.0, 0, 0),
        # 20:01:15 to 20:02:00 without the pause's 20 seconds.
        "20:01": (1, 1, 25.0, 1, 1),
        "20:02": (2, 0, 50.0, 1, 1),
        # 20 seconds of a, 30 of b: never both.
        "20:03": (3, 1, 50.0, 1, 1),
        # Only the last instant: b was there just before it, nobody is there at it.
        "20:04": (4, 0, 0.0, 1, 0),
    }


def test_acts_fall_into_their_minute_and_the_last_instant_has_one() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00:00",
            "20:02:00",
            ev("comment", "19:59:59.999999", "a"),
            ev("impression", "20:00:00", "a"),
            ev("comment", "20:00:59.999999", "a"),
            ev("comment", "20:01:00", "a"),
            ev("like", "20:01:00", "a", count=7),
            ev("like", "20:01:30", "b"),
            ev("follow", "20:01:00", "a"),
            ev("share", "20:01:00", "a"),
            ev("product_impression", "20:01:00", "a", product_id="p"),
            ev("product_click", "20:01:00", "a", product_id="p"),
            ev("gift", "20:01:10", "a", quantity=3, diamonds=15),
            ev("gift", "20:01:20", "a", quantity=1, diamonds=2),
            order("20:01:00", "a", "o1/s1", 1000),
            order("20:01:59", "a", "o1/s2", 250),
            order("20:02:00", "a", "o1/s3", 99, currency="EUR"),
            ev("comment", "20:02:00", "a"),
            ev("room_enter", "20:02:00", "a"),
            ev("comment", "20:02:00.000001", "a"),
        )
    )
    names = ("impressions", "comments", "likes", "sku_orders")
    assert minutes(events, *names, "orders", "gmv", "views") == {
        "20:00": (1, 1, 0, 0, 0, Decimal("0.00"), 0),
        "20:01": (0, 1, 7, 2, 1, Decimal("12.50"), 0),
        # 0.99 EUR * 1.10 = 1.089.
        "20:02": (0, 1, 0, 1, 1, Decimal("1.09"), 1),
    }
    names = ("new_follows_gross", "shares", "product_impressions", "product_clicks")
    gifts = ("gift_events_settled", "gifts_sent", "diamonds")
    assert minutes(events, *names, *gifts) == {
        "20:00": (0, 0, 0, 0, 0, 0, 0),
        "20:01": (1, 1, 1, 1, 2, 4, 17),
        "20:02": (0, 0, 0, 0, 0, 0, 0),
    }


def test_money_without_a_rate_is_unknown_in_its_minute_only() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00:00",
            "20:01:30",
            order("20:00:01", "a", "o1/s", 100),
            order("20:01:01", "a", "o2/s", 100),
            order("20:01:02", "a", "o3/s", 100, currency="ARS"),
        )
    )
    assert minutes(events, "gmv", "orders") == {"20:00": (Decimal("1.00"), 1), "20:01": (None, 2)}


def test_concurrency_is_half_open() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00:00",
            "20:02:30",
            view("z", "20:00:05", "20:00:10"),
            # Each takes the seat that the one before has just left.
            view("a", "20:00:10", "20:01:00"),
            view("b", "20:01:00", "20:02:00"),
            view("c", "20:01:30", "20:02:30"),
            # Of no length.
            view("d", "20:01:40", "20:01:40"),
            view("e", "20:02:00", "20:02:00"),
        )
    )
    assert minutes(events, "views", "concurrent_at_end", "peak_in_minute") == {
        "20:00": (2, 1, 1),
        # b and c: b leaves at 20:02:00 and so is there just before.
        "20:01": (3, 2, 2),
        "20:02": (1, 1, 1),
    }


def test_a_live_of_no_length_has_one_minute() -> None:
    events = read(live("L", "ann", "20:00:00", "20:00:00", view("a", "20:00:00")))
    names = ("minute_index", "views", "total_watch_sec", "concurrent_at_end", "peak_in_minute")
    assert minutes(events, *names) == {"20:00": (0, 1, 0.0, 0, 0)}


def test_minutes_go_over_midnight() -> None:
    events = read(live("L", "ann", "03-10 23:59:59", "03-11 00:00:00"))
    assert columns(oracle_grains.live_minutes(events, REFERENCE), "minute_index") == {
        ("L", utc("03-10 23:59")): (0,),
        ("L", utc("03-11 00:00")): (1,),
    }


# ---- products ----------------------------------------------------------------------------------


def test_products() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00:00",
            "20:10:00",
            # Pinned twice at once, from 1 to 3; then from 5 to 6: 180 s.
            ev("product_pin", "20:01:00", product_id="p"),
            ev("product_pin", "20:02:00", product_id="p"),
            ev("product_unpin", "20:03:00", product_id="p"),
            ev("product_unpin", "20:04:00", product_id="p"),
            ev("product_pin", "20:05:00", product_id="p"),
            ev("product_unpin", "20:06:00", product_id="p"),
            # Beside p, from 2 to the end, over a pause.
            ev("product_pin", "20:02:00", product_id="q"),
            ev("live_pause", "20:07:00"),
            ev("live_resume", "20:08:00"),
            ev("product_impression", "20:01:00", "a", product_id="p"),
            ev("product_impression", "20:01:01", "a", product_id="p"),
            ev("product_click", "20:01:02", "a", product_id="p"),
            ev("product_click", "20:01:03", "a"),
            ev("product_click", "20:10:01", "a", product_id="late"),
            ev("add_to_cart", "20:01:04", "a", product_id="p", sku_id="s1"),
            order("20:01:05", "a", "o1/s1", 1000, quantity=2),
            order("20:01:05", "a", "o1/s2", 300),
            order("20:01:06", "a", "o1/s3", 50, product_id="r"),
            order("20:01:07", "b", "o2/s1", 500),
            order("20:01:08", "b", "o3/s1", 700, product_id="r", currency="ARS"),
            ev("order_status", "20:05:00", "a", order_id="o1", sku_id="s1", status="paid"),
            ev("order_status", "21:05:00", "b", order_id="o2", sku_id="s1", status="paid"),
            ev("order_status", "21:06:00", "b", order_id="o2", sku_id="s1", status="refunded"),
            ev("order_status", "21:05:00", "a", order_id="o1", sku_id="s2", status="cancelled"),
            ev("bag_update", "20:00:01", product_id="bag", action="add"),
        )
    )
    nothing = Decimal("0.00")
    rows = oracle_grains.live_products(events, REFERENCE)
    names = ("product_impressions", "product_clicks", "add_to_carts", "pinned_sec")
    assert columns(rows, *names) == {
        ("L", "p"): (2, 1, 1, 180.0),
        ("L", "q"): (0, 0, 0, 480.0),
        ("L", "r"): (0, 0, 0, 0.0),
    }
    assert columns(rows, "sku_orders", "orders", "units_sold", "gmv", "gmv_paid") == {
        ("L", "p"): (3, 2, 4, Decimal("18.00"), Decimal("15.00")),
        ("L", "q"): (0, 0, 0, nothing, nothing),
        # The line without a rate was not paid.
        ("L", "r"): (2, 2, 2, None, nothing),
    }


# ---- intervals ---------------------------------------------------------------------------------


def spans(events: oracle.Events) -> list[tuple[str, str | None, str, str, bool]]:
    """(kind, subject_id, start, end, is_end_inferred) of the one LIVE, times as mm:ss."""
    return [
        (i.kind, i.subject_id, f"{i.start:%M:%S}", f"{i.end:%M:%S}", i.is_end_inferred)
        for i in oracle_grains.intervals(events)
    ]


def in_ten_minutes(*inside: Any) -> oracle.Events:
    return read(live("L", "ann", "20:00:00", "20:10:00", *inside))


def test_an_interval_names_its_live() -> None:
    events = in_ten_minutes(ev("guest_join", "20:01:00", guest_id="g"))
    assert oracle_grains.intervals(events) == [
        Interval("L", "guest", "g", utc("20:01:00"), utc("20:10:00"), True)
    ]


def test_pins() -> None:
    events = in_ten_minutes(
        # Before the LIVE, and so none, although it is still on at the start.
        ev("product_pin", "19:59:00", product_id="early"),
        ev("product_unpin", "20:01:00", product_id="early"),
        ev("product_pin", "20:10:01", product_id="late"),
        ev("product_pin", "20:01:00", product_id="p"),
        # Another product's pin does not end it, nor does its own second one.
        ev("product_pin", "20:02:00", product_id="q"),
        ev("product_pin", "20:03:00", product_id="p"),
        ev("product_unpin", "20:04:00", product_id="p"),
        ev("product_unpin", "20:05:00", product_id="p"),
        ev("product_pin", "20:06:00", product_id="p"),
        ev("product_unpin", "20:11:00", product_id="p"),
        ev("product_pin", "20:07:00", product_id="p"),
        ev("product_pin", "20:10:00", product_id="p"),
        ev("product_pin", "20:08:00", product_id="own_end"),
        ev("product_unpin", "20:10:00", product_id="own_end"),
        ev("product_pin", "20:09:00"),
    )
    assert spans(events) == [
        ("pin", "own_end", "08:00", "10:00", False),
        ("pin", "p", "01:00", "04:00", False),
        ("pin", "p", "06:00", "10:00", True),
        ("pin", "q", "02:00", "10:00", True),
    ]


def test_promotions_battles_guests_and_pauses() -> None:
    events = in_ten_minutes(
        ev("promo_start", "20:01:00", promo_id="1", kind="flash_sale"),
        ev("promo_end", "20:02:00", promo_id="1", kind="flash_sale"),
        ev("promo_start", "20:01:00", promo_id="2", kind="giveaway"),
        ev("promo_end", "20:03:00", promo_id="2"),
        ev("promo_start", "20:01:00", promo_id="3", kind="billboard"),
        ev("promo_start", "20:00:00", promo_id="4", kind="ad"),
        ev("promo_start", "20:10:00", promo_id="5", kind="coupon"),
        ev("promo_start", "20:04:00", promo_id="1", kind="flash_sale"),
        ev("promo_end", "20:05:00", promo_id="6", kind="ad"),
        ev("battle_start", "20:06:00", battle_id="b", side="left"),
        ev("battle_end", "20:08:00", battle_id="b", side="left", result="win", score=1),
        ev("guest_join", "20:01:00", guest_id="g"),
        ev("guest_join", "20:02:00", guest_id="h"),
        ev("guest_leave", "20:03:00", guest_id="g"),
        ev("live_pause", "20:01:00"),
        ev("live_pause", "20:02:00"),
        ev("live_resume", "20:03:00"),
        ev("live_pause", "20:09:00"),
        ev("live_resume", "20:12:00"),
    )
    assert spans(events) == [
        ("ad", "4", "00:00", "10:00", True),
        ("battle", "b", "06:00", "08:00", False),
        ("billboard", "3", "01:00", "10:00", True),
        ("coupon", "5", "10:00", "10:00", True),
        ("flash_sale", "1", "01:00", "02:00", False),
        ("flash_sale", "1", "04:00", "10:00", True),
        ("giveaway", "2", "01:00", "03:00", False),
        ("guest", "g", "01:00", "03:00", False),
        ("guest", "h", "02:00", "10:00", True),
        ("pause", None, "01:00", "03:00", False),
        ("pause", None, "09:00", "10:00", True),
    ]


def test_intervals_of_two_lives_do_not_close_each_other() -> None:
    events = read(
        live("L", "ann", "20:00", "20:10", ev("battle_start", "20:01", battle_id="b")),
        live("M", "bob", "20:00", "20:20", ev("battle_start", "20:01", battle_id="b")),
        live("N", "cat", "20:00", "20:20", ev("battle_end", "20:02", battle_id="b")),
    )
    assert [(i.live_id, i.end) for i in oracle_grains.intervals(events)] == [
        ("L", utc("20:10")),
        ("M", utc("20:20")),
    ]


# ---- days and weeks ----------------------------------------------------------------------------


# Summer time begins in New York on 2026-03-08 07:00 UTC, in London on 2026-03-29 01:00 UTC; both
# days are Sundays.
@pytest.mark.parametrize(
    ("creator_id", "start", "end", "day", "week"),
    [
        # Across the switch: 00:30 in London.
        ("ann", "03-29 00:30", "03-29 02:00", "03-29", "03-23"),
        # 23:30 in London in winter, and over midnight; in summer the same clock is 00:30, Monday.
        ("ann", "03-28 23:30", "03-29 02:00", "03-28", "03-23"),
        ("ann", "03-29 23:30", "03-29 23:50", "03-30", "03-30"),
        ("ann", "03-29 22:30", "03-30 00:30", "03-29", "03-23"),
        # 23:30 in New York on Saturday, across midnight and the switch.
        ("bob", "03-08 04:30", "03-08 08:00", "03-07", "03-02"),
        # 23:30 in New York on Sunday, in summer; in winter it would be 22:30.
        ("bob", "03-09 03:30", "03-09 05:00", "03-08", "03-02"),
        # 00:30 on Monday; in winter it would be 23:30 on Sunday.
        ("bob", "03-09 04:30", "03-09 05:00", "03-09", "03-09"),
        ("bob", "03-08 06:59:59", "03-08 07:30", "03-08", "03-02"),
        # Unknown: the zone, the creator.
        ("dan", "03-29 23:30", "03-29 23:50", "03-29", "03-23"),
        ("eve", "03-29 23:30", "03-29 23:50", "03-29", "03-23"),
    ],
)
def test_the_day_of_a_live(creator_id: str, start: str, end: str, day: str, week: str) -> None:
    events = read(live("L", creator_id, start, end, view("a", start)))
    monday = date.fromisoformat(f"2026-{week}")
    days = oracle_grains.creator_days(events, REFERENCE, TIMEZONES, CREATORS)
    assert list(days) == [(creator_id, date.fromisoformat(f"2026-{day}"))]
    weeks = oracle_grains.creator_weeks(events, REFERENCE, TIMEZONES, CREATORS)
    assert list(weeks) == [(creator_id, monday)]
    of_markets = oracle_grains.market_weeks(events, REFERENCE, TIMEZONES, CREATORS)
    assert list(of_markets) == [(CREATORS.get(creator_id), monday)]
    of_viewers = oracle_grains.viewer_creator_weeks(events, TIMEZONES, CREATORS)
    assert list(of_viewers) == [("a", creator_id, monday)]


def test_a_live_across_the_switch_lasts_by_the_true_clock() -> None:
    events = read(live("L", "ann", "03-29 00:30", "03-29 02:00"))
    days = oracle_grains.creator_days(events, REFERENCE, TIMEZONES, CREATORS)
    assert columns(days, "live_duration_sec") == {("ann", date(2026, 3, 29)): (5400.0,)}


def week_of_lives() -> oracle.Events:
    """Three LIVEs of ann on two days of a week, one in the next week, one of cat."""
    return read(
        live(
            "L1",
            "ann",
            "03-10 20:00:00",
            "03-10 20:25:00",
            ev("impression", "03-10 20:00:01", "a"),
            ev("impression", "03-10 20:00:02", "b"),
            view("a", "03-10 20:01:00", "03-10 20:02:00"),
            view("b", "03-10 20:01:30", "03-10 20:03:00"),
            ev("comment", "03-10 20:01:10", "a"),
            ev("follow", "03-10 20:01:10", "a"),
            order("03-10 20:01:20", "a", "o1/s1", 1000),
            # Bought without a view.
            order("03-10 20:01:20", "x", "o2/s1", 100),
            ev("gift", "03-10 20:01:20", "b", quantity=1, diamonds=5),
            ev("gift", "03-10 20:01:20", "y", quantity=1, diamonds=1),
            order("03-10 20:30:00", "a", "o3/s1", 9999),
        ),
        live(
            "L2",
            "ann",
            "03-10 22:00:00",
            "03-10 22:50:00",
            ev("live_pause", "03-10 22:10:00"),
            ev("live_resume", "03-10 22:20:00"),
            ev("impression", "03-10 22:00:02", "b"),
            view("b", "03-10 22:09:00", "03-10 22:21:00"),
            view("c", "03-10 22:25:00", "03-10 22:25:30"),
            ev("gift", "03-10 22:09:20", "b", quantity=1, diamonds=7),
            # One more line of an order of L1.
            order("03-10 22:25:10", "c", "o1/s2", 200),
        ),
        # Too short by a second for a valid day.
        live("L3", "ann", "03-12 20:00:00", "03-12 20:24:59", view("a", "03-12 20:24:00")),
        live(
            "L4",
            "ann",
            "03-16 20:00:00",
            "03-16 20:30:00",
            order("03-16 20:00:01", "x", "o9/s", 1, currency="ARS"),
        ),
        live(
            "L5", "cat", "03-10 20:00:00", "03-10 20:10:00", view("a", "03-10 20:00:00", "20:01:00")
        ),
    )


def test_creator_days() -> None:
    days = oracle_grains.creator_days(week_of_lives(), REFERENCE, TIMEZONES, CREATORS)
    names = ("lives", "live_duration_sec", "impressions", "views", "viewers", "total_watch_sec")
    assert columns(days, *names, "pcu") == {
        # Watched: 60 + 90, then 720 - 600 in the pause, then 30.
        ("ann", date(2026, 3, 10)): (2, 1500.0 + 2400.0, 3, 4, 3, 300.0, 2),
        ("ann", date(2026, 3, 12)): (1, 1499.0, 0, 1, 1, 59.0, 1),
        ("ann", date(2026, 3, 16)): (1, 1800.0, 0, 0, 0, 0.0, 0),
        ("cat", date(2026, 3, 10)): (1, 600.0, 0, 1, 1, 60.0, 1),
    }
    names = ("comments", "new_follows_gross", "sku_orders", "orders", "gmv", "diamonds")
    assert columns(days, *names, "gifters", "buyers") == {
        ("ann", date(2026, 3, 10)): (1, 1, 3, 2, Decimal("13.00"), 13, 2, 2),
        ("ann", date(2026, 3, 12)): (0, 0, 0, 0, Decimal("0.00"), 0, 0, 0),
        ("ann", date(2026, 3, 16)): (0, 0, 1, 1, None, 0, 0, 0),
        ("cat", date(2026, 3, 10)): (0, 0, 0, 0, Decimal("0.00"), 0, 0, 0),
    }


def test_creator_weeks() -> None:
    weeks = oracle_grains.creator_weeks(week_of_lives(), REFERENCE, TIMEZONES, CREATORS)
    names = ("lives", "viewers", "total_watch_sec", "pcu", "longest_live_sec", "valid_live_days")
    assert columns(weeks, *names) == {
        # Two valid LIVEs on one day; the longest without its pause.
        ("ann", date(2026, 3, 9)): (3, 3, 359.0, 2, 2400.0, 1),
        ("ann", date(2026, 3, 16)): (1, 0, 0.0, 0, 1800.0, 1),
        ("cat", date(2026, 3, 9)): (1, 1, 60.0, 1, 600.0, 0),
    }


@pytest.mark.parametrize(
    ("end", "pause_end", "valid_live_days"),
    [("20:25:00", None, 1), ("20:24:59.999999", None, 0), ("20:25:00", "20:01:01", 0)],
)
def test_a_valid_day_needs_25_minutes(
    end: str, pause_end: str | None, valid_live_days: int
) -> None:
    pause = [ev("live_pause", "20:01:00"), ev("live_resume", pause_end)] if pause_end else []
    events = read(live("L", "ann", "20:00:00", end, pause))
    weeks = oracle_grains.creator_weeks(events, REFERENCE, TIMEZONES, CREATORS)
    assert columns(weeks, "valid_live_days") == {("ann", date(2026, 3, 9)): (valid_live_days,)}


def test_market_weeks() -> None:
    weeks = oracle_grains.market_weeks(week_of_lives(), REFERENCE, TIMEZONES, CREATORS)
    names = ("creators_live", "lives", "views", "viewers", "orders", "gmv", "pcu")
    assert columns(weeks, *names) == {
        ("GB", date(2026, 3, 9)): (2, 4, 6, 3, 2, Decimal("13.00"), 2),
        ("GB", date(2026, 3, 16)): (1, 1, 0, 0, 1, None, 0),
    }


# ---- people ------------------------------------------------------------------------------------


def test_viewer_creator_weeks() -> None:
    events = read(
        live(
            "L1",
            "ann",
            "03-10 20:00",
            "03-10 20:30",
            view("a", "03-10 20:00", "03-10 20:01"),
            view("a", "03-10 20:10", "03-10 20:12"),
            view("b", "03-10 20:29"),
        ),
        live("L2", "ann", "03-12 20:00", "03-12 20:30", view("a", "03-12 20:00", "03-12 20:05")),
        live("L3", "ann", "03-16 20:00", "03-16 20:30", view("a", "03-16 20:00", "03-16 20:01")),
        live("L4", "cat", "03-16 20:00", "03-16 20:30", view("a", "03-16 20:05", "03-16 20:06")),
        # Begins on Sunday and is entered on Monday.
        live("L5", "ann", "03-22 23:00", "03-23 01:00", view("c", "03-23 00:30", "03-23 00:31")),
    )
    rows = oracle_grains.viewer_creator_weeks(events, TIMEZONES, CREATORS)
    assert columns(rows, "lives_watched", "views", "total_watch_sec", "is_new") == {
        ("a", "ann", date(2026, 3, 9)): (2, 3, 480.0, True),
        ("b", "ann", date(2026, 3, 9)): (1, 1, 60.0, True),
        ("a", "ann", date(2026, 3, 16)): (1, 1, 60.0, False),
        ("a", "cat", date(2026, 3, 16)): (1, 1, 60.0, True),
        ("c", "ann", date(2026, 3, 16)): (1, 1, 60.0, True),
    }


def test_audience_of_live() -> None:
    events = read(
        live(
            "L1",
            "ann",
            "01-01 20:00",
            "01-01 21:00",
            view("a", "01-01 20:00:00"),
            view("b", "01-01 20:10:00", "01-01 20:20:00"),
            view("c", "01-01 20:59:59"),
            view("c", "01-01 20:30:00", "01-01 20:31:00"),
        ),
        live("L2", "ann", "01-02 20:00", "01-02 21:00", view("d", "01-02 20:00")),
        # 30 days after 20:10 of 01-01: a came too early, b just so, c came again later on.
        live(
            "L3",
            "ann",
            "01-31 20:10",
            "01-31 21:00",
            *(view(viewer_id, "01-31 20:20") for viewer_id in "abcde"),
        ),
        live("L4", "ann", "01-31 22:00", "01-31 23:00"),
        live("M1", "cat", "01-31 22:00", "01-31 23:00", view("a", "01-31 22:10")),
    )
    rows = oracle_grains.audience_of_live(events)
    names = ("new_viewers", "returning_viewers_30d", "previous_live_viewers", "next_live_viewers")
    assert columns(rows, *names) == {
        "L1": (3, 0, None, 0),
        "L2": (1, 0, 0, 1),
        "L3": (1, 3, 1, 0),
        "L4": (0, 0, 0, None),
        "M1": (1, 0, None, None),
    }


def test_lives_that_start_together_follow_each_other_by_id() -> None:
    both = ("ann", "03-10 20:00", "03-10 21:00", view("a", "03-10 20:00"))
    rows = oracle_grains.audience_of_live(read(live("L2", *both), live("L1", *both)))
    assert columns(rows, "new_viewers", "previous_live_viewers", "next_live_viewers") == {
        "L1": (1, None, 1),
        "L2": (0, 1, None),
    }


@pytest.mark.parametrize(
    ("diamonds", "gini", "top1_share", "top10_share"),
    [
        ((1, 1, 1, 1, 1), 0.0, 0.2, 1.0),
        ((0, 0, 10, 0, 0), 0.8, 1.0, 1.0),
        # (-4*1 - 2*2 + 0*3 + 2*4 + 4*10) / (5 * 20).
        ((10, 2, 3, 4, 1), 0.4, 0.5, 1.0),
        ((9, 1, 1, 1), None, None, None),
        ((0, 0, 0, 0, 0), None, None, None),
        ((), None, None, None),
        # Eleven of 1 and one of 10: -11 - 9 - ... + 9 = -11, and 11 * 10; 99 / (12 * 21).
        ((1,) * 11 + (10,), 99 / 252, 10 / 21, 19 / 21),
    ],
)
def test_gift_concentration(
    diamonds: tuple[int, ...], gini: float | None, top1_share: float | None, top10_share: float
) -> None:
    gifts = [
        ev("gift", "20:01:00", f"v{place}", quantity=1, diamonds=amount)
        for place, amount in enumerate(diamonds)
    ]
    late = ev("gift", "20:10:01", "late", quantity=1, diamonds=1000)
    rows = oracle_grains.gift_concentration(in_ten_minutes(gifts, late))
    assert columns(rows, "gifters", "gini", "top1_share", "top10_share") == {
        "L": (len(diamonds), gini, top1_share, top10_share)
    }


def test_gifts_of_one_gifter_are_one_amount() -> None:
    amounts = [("a", 2), ("b", 4), ("c", 4), ("a", 2), ("d", 4), ("e", 4)]
    gifts = [ev("gift", "20:01", who, quantity=1, diamonds=amount) for who, amount in amounts]
    rows = oracle_grains.gift_concentration(in_ten_minutes(gifts))
    assert columns(rows, "gifters", "gini", "top1_share") == {"L": (5, 0.0, 0.2)}


def test_retention() -> None:
    events = read(
        live(
            "L1",
            "ann",
            "03-01 20:00",
            "03-02 02:00",
            view("a", "03-01 20:00", market="US"),
            view("b", "03-01 23:59:59", "03-02 00:30:00", market="US"),
            view("c", "03-01 21:00", market="GB"),
            view("d", "03-01 21:00"),
            # Watched over midnight, without a new enter: not active on 03-02.
            view("e", "03-01 22:00", "03-02 01:00", market="US"),
            view("b", "03-02 01:00", market="GB"),
        ),
        live("L2", "cat", "03-08 00:00", "03-08 23:00", view("a", "03-08 00:00", market="GB")),
        live("L3", "bob", "03-30 20:00", "03-31 01:00", view("f", "03-30 23:00", market="US")),
        live("L4", "bob", "03-31 20:00", "04-01 00:00", view("f", "03-31 23:00", market="US")),
        live("L5", "bob", "03-31 20:00", "03-31 22:00", view("a", "03-31 21:00")),
    )
    names = ("viewers", "retained_d1", "retained_d7", "retained_d30")
    assert columns(oracle_grains.retention(events), *names) == {
        # a: +7 and +30 (03-31); b: +1; e: none. As-of is 04-01, the end of L4.
        ("US", date(2026, 3, 1)): (3, 1, 1, 1),
        ("GB", date(2026, 3, 1)): (1, 0, 0, 0),
        (None, date(2026, 3, 1)): (1, 0, 0, 0),
        ("US", date(2026, 3, 30)): (1, 1, None, None),
    }


def test_retention_is_unknown_on_the_day_itself() -> None:
    events = read(
        live("L", "ann", "03-01 20:00", "03-01 21:00", view("a", "03-01 20:00")),
        live("M", "ann", "03-02 20:00", "03-02 21:00", view("a", "03-02 20:00")),
    )
    assert columns(oracle_grains.retention(events), "viewers", "retained_d1") == {
        (None, date(2026, 3, 1)): (1, None)
    }


def test_nothing_comes_to_nothing() -> None:
    events = oracle.Events()
    assert oracle_grains.live_minutes(events, REFERENCE) == {}
    assert oracle_grains.live_products(events, REFERENCE) == {}
    assert oracle_grains.intervals(events) == []
    assert oracle_grains.creator_days(events, REFERENCE, {}, {}) == {}
    assert oracle_grains.creator_weeks(events, REFERENCE, {}, {}) == {}
    assert oracle_grains.market_weeks(events, REFERENCE, {}, {}) == {}
    assert oracle_grains.viewer_creator_weeks(events, {}, {}) == {}
    assert oracle_grains.audience_of_live(events) == {}
    assert oracle_grains.gift_concentration(events) == {}
    assert oracle_grains.retention(events) == {}


# ---- the hostile dumps -------------------------------------------------------------------------

ADDITIVE = (
    *("impressions", "views", "comments", "new_follows_gross", "shares", "likes"),
    *("product_impressions", "product_clicks", "sku_orders", "gifts_sent", "diamonds"),
)


def total(rows: list[dict[str, Any]], name: str) -> Any:
    """The sum; None where one part is unknown; seconds in whole microseconds."""
    values = [row[name] for row in rows]
    if name.endswith("_sec"):
        return sum(round(value * 1_000_000) for value in values)
    return None if None in values else sum(values)


@pytest.fixture(scope="module", params=[1, 2, 3])
def dump(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    landing: Path = tmp_path_factory.mktemp("landing")
    nasty_dumps.write_nasty(landing, request.param)
    return oracle.read_landing(landing, NOW), oracle.read_reference(landing)


def test_minutes_sum_to_the_live(dump: Dump) -> None:
    sessions = oracle.live_sessions(*dump)
    minutes_of: dict[str, list[dict[str, Any]]] = {live_id: [] for live_id in sessions}
    for (live_id, _), row in oracle_grains.live_minutes(*dump).items():
        minutes_of[live_id].append(row)
    for live_id, session in sessions.items():
        rows = minutes_of[live_id]
        assert [row["minute_index"] for row in rows] == list(range(len(rows)))
        for name in (*ADDITIVE, "gmv", "total_watch_sec"):
            assert total(rows, name) == total([session], name), (live_id, name)
        assert max(row["peak_in_minute"] for row in rows) == session["pcu"]
        assert max(row["concurrent_at_end"] for row in rows) <= session["pcu"]
        assert max(row["orders"] for row in rows) <= session["orders"] <= total(rows, "orders")
        assert all(row["orders"] <= row["sku_orders"] for row in rows)


def test_products_sum_to_the_live(dump: Dump) -> None:
    products = oracle_grains.live_products(*dump)
    for live_id, session in oracle.live_sessions(*dump).items():
        rows = [row for key, row in products.items() if key[0] == live_id]
        # Every act and line of a hostile dump names its product.
        names = ("product_impressions", "product_clicks", "add_to_carts", "sku_orders")
        for name in (*names, "units_sold", "gmv"):
            assert total(rows, name) == session[name], (live_id, name)
        for row in rows:
            assert row["gmv"] is None or row["gmv_paid"] <= row["gmv"]
            assert row["orders"] <= row["sku_orders"] <= row["units_sold"]


def test_pauses_are_the_paused_time(dump: Dump) -> None:
    events, _ = dump
    frame = oracle.rooms(events)
    paused = dict.fromkeys(frame, timedelta(0))
    for interval in oracle_grains.intervals(events):
        room = frame[interval.live_id]
        assert room.start <= interval.start <= interval.end <= room.end
        if interval.kind == "pause":
            paused[interval.live_id] += interval.end - interval.start
    early = {
        event.live_id
        for event in events.accepted
        if event.event_type == "live_pause" and event.ts < frame[event.live_id or ""].start
    }
    assert early
    for live_id, room in frame.items():
        known = sum((end - start for start, end in room.pauses), start=timedelta(0))
        # A pause that began before the LIVE is no interval, yet its rest is paused time.
        assert paused[live_id] < known if live_id in early else paused[live_id] == known


def test_days_weeks_and_markets_sum_to_the_lives(dump: Dump) -> None:
    events, reference = dump
    creators = {"c0": "GB", "c1": "US", "c2": "JP", "c3": "US"}
    known = (events, reference, {**TIMEZONES, "JP": "Asia/Tokyo"}, creators)
    sessions = list(oracle.live_sessions(events, reference).values())
    additive = ("impressions", "views", "comments", "new_follows_gross", "sku_orders", "diamonds")
    for rows in (
        list(oracle_grains.creator_days(*known).values()),
        list(oracle_grains.creator_weeks(*known).values()),
        list(oracle_grains.market_weeks(*known).values()),
    ):
        assert total(rows, "lives") == len(sessions)
        for name in (*additive, "gmv", "live_duration_sec", "total_watch_sec"):
            assert total(rows, name) == total(sessions, name), name
        assert max(row["pcu"] for row in rows) == max(session["pcu"] for session in sessions)
        for row in rows:
            assert row["pcu"] <= row["viewers"] <= row["views"]
            assert row["buyers"] <= row["viewers"]
            assert row["orders"] <= row["sku_orders"]
    days = oracle_grains.creator_days(*known)
    for (creator_id, week), row in oracle_grains.creator_weeks(*known).items():
        parts = [
            part
            for (who, day), part in days.items()
            if who == creator_id and week <= day < week + timedelta(days=7)
        ]
        for name in ("viewers", "gifters", "buyers", "orders"):
            assert max(part[name] for part in parts) <= row[name] <= total(parts, name)
        assert row["valid_live_days"] <= len(parts)


def test_people_add_up(dump: Dump) -> None:
    events, reference = dump
    sessions = oracle.live_sessions(events, reference)
    weeks = oracle_grains.viewer_creator_weeks(events, {}, {})
    rows = list(weeks.values())
    for name in ("views", "total_watch_sec"):
        assert total(rows, name) == total(list(sessions.values()), name)
    assert sum(row["lives_watched"] for row in rows) == sum(s["viewers"] for s in sessions.values())
    audience = oracle_grains.audience_of_live(events)
    new = [row["is_new"] for row in rows].count(True)
    assert new == len({key[:2] for key in weeks}) == total(list(audience.values()), "new_viewers")
    for live_id, row in audience.items():
        viewers = sessions[live_id]["viewers"]
        assert row["new_viewers"] + row["returning_viewers_30d"] <= viewers
        assert (row["previous_live_viewers"] or 0) <= viewers
        assert (row["next_live_viewers"] or 0) <= viewers
    cohorts = oracle_grains.retention(events)
    people = {view.viewer_id for view in oracle.views(events)}
    assert sum(row["viewers"] for row in cohorts.values()) == len(people)
    for gifts in oracle_grains.gift_concentration(events).values():
        if gifts["gini"] is not None:
            assert 0 <= gifts["gini"] < 1
            assert 0 < gifts["top1_share"] <= gifts["top10_share"] <= 1
