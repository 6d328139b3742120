"""NULL or zero? METRICS.md sections 0 and 14, case by case, for both sources.

Belongs here: one landing folder typed by hand, and what its published rows must say: N0 (0 where the
feed is there, NULL where it is not), ND (no denominator), NC (the window has not passed), NX (an
outside input is missing), NS (too few cases). Does not belong here: values where all is known
(test_warehouse, test_grains), or the rules of the gate (test_gates).

The newest event is at AS_OF, a Monday at 00:00 UTC, so that windows end on it to the microsecond.
"""

from __future__ import annotations

import csv
import json
import math
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from test_warehouse import Published, publish

AS_OF = "2026-03-30T00:00:00"
Event = dict[str, Any]

# ---- the dumps -----------------------------------------------------------------------------------


def moment(text: str, seconds: float = 0) -> str:
    """`text` is an ISO time in UTC; `seconds` are added."""
    return (datetime.fromisoformat(text) + timedelta(seconds=seconds)).isoformat(
        timespec="microseconds"
    )


def act(event_type: str, ts: str, viewer: str | None = None, **more: Any) -> Event:
    """One event; `channel`, `is_follower` and `received_ts` go to the envelope, the rest inside."""
    event: Event = {"event_type": event_type, "event_ts": ts + "Z"}
    if viewer is not None:
        event["viewer_id"] = viewer
    for name in ("channel", "is_follower", "received_ts"):
        if name in more:
            event[name] = more.pop(name)
    return event | ({"payload": more} if more else {})


def enter(ts: str, viewer: str, channel: str = "inbox", *, follows: bool = False) -> Event:
    return act("room_enter", ts, viewer, channel=channel, is_follower=follows)


def leave(ts: str, viewer: str) -> Event:
    return act("room_leave", ts, viewer)


def shown(ts: str, viewer: str) -> Event:
    return act("impression", ts, viewer, channel="fyp", is_follower=False)


def order(ts: str, viewer: str, name: str, **more: Any) -> Event:
    """One piece of product p1 for 10.00 USD unless told."""
    usual = {"order_id": name, "sku_id": "s", "product_id": "p1", "quantity": 1}
    return act("order", ts, viewer, **(usual | {"amount_minor": 1000, "currency": "USD"} | more))


def status(ts: str, viewer: str, name: str, word: str) -> Event:
    return act("order_status", ts, viewer, order_id=name, sku_id="s", status=word)


def gift(ts: str, viewer: str, diamonds: int) -> Event:
    return act("gift", ts, viewer, gift_id="g", quantity=1, coins=diamonds, diamonds=diamonds)


def live(
    live_id: str, start: str, end: str, *inside: Event | list[Event], **who: str
) -> list[Event]:
    """A LIVE's events; creator and market (of creator and viewers) are its own unless named."""
    creator, market = who.get("creator", f"c-{live_id}"), who.get("market", "ZZ")
    flat = [act("live_start", start), act("live_end", end)]
    for one in inside:
        flat += one if isinstance(one, list) else [one]
    for place, event in enumerate(flat):
        event |= {"event_id": f"{live_id}-{place}", "live_id": live_id}
        event |= {"creator_id": creator, "market": market}
        if "order_id" in event.get("payload", {}):
            event["payload"]["order_id"] += f"-{live_id}"
    return flat


NOON, ONE = "2026-03-10T12:00:00", "2026-03-10T13:00:00"
HALF = "2026-03-10T12:30:00"
# 30 and 7 days before AS_OF; a window that began there has just passed.
DAYS_30, DAYS_7 = "2026-02-28T00:00:00", "2026-03-23T00:00:00"


def seen(live_id: str, ts: str, market: str, *again: str) -> list[list[Event]]:
    """A creator and a viewer of the market whose first day is that of `ts`, and later ones."""
    return [
        live(
            f"{live_id}-{place}",
            each,
            moment(each, 600),
            enter(each, f"v-{live_id}"),
            creator=f"c-{live_id}",
            market=market,
        )
        for place, each in enumerate([ts, *again])
    ]


def settling(live_id: str, end: str) -> list[Event]:
    """An order paid and refunded, one gifter, and a giveaway whose follower stays."""
    start = moment(end, -3600)
    return live(
        live_id,
        start,
        end,
        enter(start, "buyer"),
        order(start, "buyer", "o"),
        status(moment(start, 60), "buyer", "o", "paid"),
        status(moment(start, 120), "buyer", "o", "refunded"),
        gift(start, "buyer", 5),
        act("promo_start", start, promo_id="give", kind="giveaway", task="follow"),
        act("follow", moment(start, 9), "buyer", source="giveaway"),
        act("promo_end", end, promo_id="give", kind="giveaway", task="follow"),
    )


def views_of(number: int) -> list[Event]:
    """So many views of 10 seconds each, from the feed."""
    pairs = [
        (enter(NOON, f"q{n}", "fyp"), leave(moment(NOON, 10), f"q{n}")) for n in range(number)
    ]
    return [event for pair in pairs for event in pair]


def gifts_of(number: int, diamonds: int = 1) -> list[Event]:
    return [gift(HALF, f"g{n}", diamonds) for n in range(number)]


def bag(number: int) -> list[Event]:
    """Products at the positions 1, 2, ... of the bag; the upper one gets one click more."""
    adds = [
        act("bag_update", NOON, product_id=f"p{n}", action="add", position=n)
        for n in range(1, number + 1)
    ]
    return adds + [
        act("product_click", HALF, "a", product_id=f"p{n}", surface="bag")
        for n in range(1, number + 1)
        for _ in range(number + 1 - n)
    ]


def skewed(live_id: str, day: str, number: int) -> list[Event]:
    """So many comments, each received one second before it was written."""
    start = f"{day}T12:00:00"
    return live(
        live_id,
        start,
        moment(start, 600),
        [
            act("comment", moment(start, 60), "a", received_ts=moment(start, 59) + "Z")
            for _ in range(number)
        ],
    )


DUMPS: list[list[Event]] = [
    # ---- METRICS section 14
    live("nobody", NOON, ONE, creator="c-nobody", market="NB"),
    live("shown_only", NOON, ONE, [shown(HALF, f"a{n}") for n in range(5)]),
    live(
        "direct_only",
        NOON,
        ONE,
        [enter(HALF, f"a{n}") for n in range(4)],
        act("follow", HALF, "a1", source="organic"),
    ),
    live(
        "no_time",
        NOON,
        NOON,
        [shown(NOON, f"a{n}") for n in range(10)],
        [enter(NOON, f"a{n}", "fyp") for n in range(4)],
        order(NOON, "a1", "o"),
        gift(NOON, "a1", 3),
    ),
    # ---- outside inputs
    live("no_rate", NOON, ONE, enter(NOON, "a"), order(HALF, "a", "o", currency="ARS"), market="NR"),
    live(
        "one_rate_missing",
        NOON,
        ONE,
        enter(NOON, "a"),
        order(HALF, "a", "o1"),
        order(HALF, "a", "o2", currency="ARS", product_id="p2"),
        market="NR",
    ),
    live("before_the_first_rate", NOON, ONE, order(HALF, "a", "o", currency="EUR")),
    live("on_the_first_rate", "2026-03-11T12:00:00", "2026-03-11T13:00:00",
         order("2026-03-11T12:30:00", "a", "o", currency="EUR")),
    live("diamonds_without_rate", NOON, ONE, gift(HALF, "a", 100)),
    live("diamonds_with_rate", NOON, ONE, gift(HALF, "a", 100), market="DR"),
    live("ad_without_spend", NOON, ONE, act("promo_start", NOON, promo_id="ad", kind="ad")),
    live("ad_with_spend", NOON, ONE,
         act("promo_start", NOON, promo_id="ad", kind="ad", spend_minor=250, currency="USD")),
    live("theme_known", NOON, ONE,
         act("bag_update", NOON, product_id="p-themed", action="add", position=1)),
    live("theme_unknown", NOON, ONE,
         act("bag_update", NOON, product_id="p-other", action="add", position=1)),
    live("users_known", NOON, ONE, enter(NOON, "a"), leave(HALF, "a"), market="WA"),
    live("battle_alone", NOON, ONE, act("battle_start", NOON, battle_id="b1", side="c-x"),
         gift(HALF, "a", 7), act("battle_end", ONE, battle_id="b1", side="c-x")),
    # ---- too few
    live("views_19", NOON, ONE, views_of(19)),
    live("views_20", NOON, ONE, views_of(20)),
    live("gifters_4", NOON, ONE, gifts_of(4)),
    live("gifters_5", NOON, ONE, gifts_of(5)),
    live("gifters_of_nothing", NOON, ONE, gifts_of(5, 0)),
    live("bag_of_2", NOON, ONE, bag(2)),
    live("bag_of_3", NOON, ONE, bag(3)),
    live("gifters_99", NOON, ONE, gifts_of(99), market="T9"),
    live("gifters_100", NOON, ONE, gifts_of(100), market="TH"),
    *(live(f"of_four_{n}", NOON, ONE, shown(HALF, "a"), market="G4") for n in range(4)),
    *(live(f"of_five_{n}", NOON, ONE, shown(HALF, "a"), market="G5") for n in range(5)),
    *(live(f"two_a_week_{n}", f"2026-03-1{n}T12:00:00", f"2026-03-1{n}T12:30:00",
           enter(f"2026-03-1{n}T12:00:00", "twice"), creator="c-two") for n in range(2)),
    *(live(f"three_a_week_{n}", f"2026-03-1{n}T12:00:00", f"2026-03-1{n}T12:30:00",
           enter(f"2026-03-1{n}T12:00:00", "thrice"), creator="c-three") for n in range(3)),
    skewed("skewed_19", "2026-03-04", 19),
    skewed("skewed_20", "2026-03-05", 20),
    # ---- windows
    settling("refund_elapsed", DAYS_30),
    settling("refund_open", moment(DAYS_30, 1e-6)),
    settling("week_elapsed", DAYS_7),
    settling("week_open", moment(DAYS_7, 1e-6)),
    live("next_1", NOON, ONE, enter(NOON, "a"), enter(NOON, "b"), creator="c-next"),
    live("next_2", "2026-03-12T12:00:00", "2026-03-12T13:00:00",
         enter("2026-03-12T12:00:00", "a"), creator="c-next"),
    live("weeks_1", "2026-03-18T12:00:00", "2026-03-18T13:00:00",
         enter("2026-03-18T12:00:00", "a"), creator="c-weeks", market="WK"),
    live("weeks_2", "2026-03-25T12:00:00", "2026-03-25T13:00:00",
         enter("2026-03-25T12:00:00", "b"), creator="c-weeks", market="WK"),
    live("weeks_3", AS_OF, AS_OF, creator="c-weeks", market="WK"),
    *seen("d1_elapsed", "2026-03-28T12:00:00", "RA"),
    *seen("d1_open", "2026-03-29T12:00:00", "RB"),
    *seen("d7_elapsed", "2026-03-22T23:00:00", "RC", "2026-03-29T23:00:00"),
    *seen("d7_open", "2026-03-23T00:00:00", "RD"),
    *seen("d30_elapsed", "2026-02-27T12:00:00", "RE", "2026-03-29T00:00:00"),
    *seen("d30_open", "2026-02-28T12:00:00", "RF"),
    # New York: AS_OF is still the evening of the 29th there
    *seen("d1_elapsed_there", "2026-03-28T03:59:59", "US"),
    *seen("d1_open_there", "2026-03-28T04:00:00", "UT"),
]  # fmt: skip
DUMPS[-1].append(
    act("order", AS_OF, "buyer", order_id="late", sku_id="s", product_id="p1", quantity=1,
        amount_minor=400, currency="USD")
    | {"event_id": "late", "live_id": "week_elapsed", "creator_id": "c-week_elapsed"}
)  # fmt: skip

# ---- the captures of the public feed -------------------------------------------------------------


def message(method: str, room: int, ts: str, number: int, **data: Any) -> Event:
    """One message; `number` is unique in its room."""
    at = datetime.fromisoformat(ts + "+00:00")
    common = {
        "method": method,
        "msgId": str(10**18 + room * 1000 + number),
        "roomId": str(7 * 10**18 + room),
        "createTime": str(round(at.timestamp() * 1000)),
    }
    return {
        "method": method,
        "received_at": at.isoformat().replace("+00:00", "Z"),
        "host_unique_id": f"host.{room}",
        "data": {"common": common, **data},
    }


def joined(room: int, ts: str, number: int, viewer: int) -> Event:
    return message("WebcastMemberMessage", room, ts, number, user=user(viewer),
                   action="MEMBER_MESSAGE_ACTION_JOINED", clientEnterSource="push-push")  # fmt: skip


def wrote(room: int, ts: str, number: int, viewer: int) -> Event:
    return message("WebcastChatMessage", room, ts, number, user=user(viewer), content="hello")


def gave(room: int, ts: str, number: int, viewer: int, coins: int | None = 5) -> Event:
    """A gift that cannot streak; without a price of its own where `coins` is None."""
    price = {} if coins is None else {"diamondCount": coins}
    return message("WebcastGiftMessage", room, ts, number, user=user(viewer), giftId="9",
                   repeatCount=1, gift={"id": "9", "name": "Fan", "type": 2, **price})  # fmt: skip


def user(viewer: int) -> dict[str, str]:
    return {"id": str(8 * 10**18 + viewer), "displayId": f"viewer.{viewer}"}


def stats(room: int, ts: str, number: int, viewers: int) -> Event:
    return message("WebcastRoomUserSeqMessage", room, ts, number, total=str(viewers))


def ended(room: int, ts: str, number: int) -> Event:
    return message("WebcastControlMessage", room, ts, number, action="CONTROL_ACTION_STREAM_ENDED")


CAPTURES: list[list[Event]] = [
    # nobody came
    [stats(1, NOON, 1, 0), ended(1, ONE, 2)],
    # two joined, one of them wrote, and so did somebody whose join the feed left out
    [joined(2, NOON, 1, 1), joined(2, NOON, 2, 2), wrote(2, HALF, 3, 1), wrote(2, HALF, 4, 3),
     ended(2, ONE, 5)],
    # one message: no duration
    [joined(3, NOON, 1, 1)],
    # five gifters whose price is known, and one gift whose price nobody knows
    [*(gave(4, NOON, n, n) for n in range(1, 6)), ended(4, ONE, 9)],
    [gave(5, NOON, 1, 1, None), ended(5, ONE, 9)],
    # twenty joins, and nobody leaves
    [*(joined(6, NOON, n, n) for n in range(1, 21)), ended(6, ONE, 30)],
    # cohorts: the day after is over, or not
    [joined(7, "2026-03-28T12:00:00", 1, 101), ended(7, "2026-03-28T13:00:00", 2)],
    [joined(8, "2026-03-29T12:00:00", 1, 102), ended(8, "2026-03-29T13:00:00", 2)],
]  # fmt: skip

REFERENCE: dict[str, list[tuple[str, ...]]] = {
    "currency_rates": [("currency", "rate_date", "usd_per_unit"), ("EUR", "2026-03-11", "1.10")],
    "diamond_rates": [("market", "valid_from", "usd_per_diamond"), ("DR", "2026-01-01", "0.005")],
    "active_users": [("market", "week_start", "weekly_active_users"), ("WA", "2026-03-09", "4")],
    "products": [("product_id", "title", "category", "theme"), ("p-themed", "A", "b", "spring")],
    "markets": [
        ("market", "region", "reporting_timezone", "currency"),
        ("US", "NA", "America/New_York", "USD"),
        ("UT", "NA", "America/New_York", "USD"),
    ],
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    root: Path = tmp_path_factory.mktemp("nulls")
    for name, events in (("events", DUMPS), ("webcast", CAPTURES)):
        folder = root / "landing" / name
        folder.mkdir(parents=True)
        lines = [json.dumps(event) + "\n" for one in events for event in one]
        (folder / "typed.jsonl").write_text("".join(lines))
    for table, rows in REFERENCE.items():
        folder = root / "landing/reference" / table
        folder.mkdir(parents=True)
        with (folder / "typed.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return publish(root)
