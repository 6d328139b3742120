"""NULL or zero? METRICS.md sections 0 and 14, case by case, for both sources.

Belongs here: one landing folder typed by hand, and what its published rows must say: N0 (0 where
the feed is there, NULL where it is not), ND (no denominator), NC (the window has not passed), NX
(an outside input is missing), NS (too few cases). Does not belong here: values where all is known
(test_warehouse, test_grains), or the rules of the gate (test_gates).

The newest event is at AS_OF, a Monday at 00:00 UTC, so that windows end on it to the microsecond.
"""

from __future__ import annotations

import csv
import json
import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from published import Published, publish

from livehouse.key import home_key, pseudonym

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
    pairs = [(enter(NOON, f"q{n}", "fyp"), leave(moment(NOON, 10), f"q{n}")) for n in range(number)]
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
    live("no_rate", NOON, ONE, enter(NOON, "a"), order(HALF, "a", "o", currency="ARS"),
         market="NR"),
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
    """Somebody who does not follow: the feed leaves out what is false."""
    return message("WebcastMemberMessage", room, ts, number, user=user(viewer),
                   clientEnterSource="push-push", action="MEMBER_MESSAGE_ACTION_JOINED",
                   userIdentity={})  # fmt: skip


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


# ---- whole LIVEs: every metric is NULL, 0 or typed here ------------------------------------------


def words(text: str) -> set[str]:
    return set(text.split())


# What no event of these LIVEs tells: outside inputs, other LIVEs, windows that have not passed.
NO_INPUT = words(
    """diamond_value event_registrations event_registrants_entered event_show_rate
    start_punctuality_sec follower_count_start follower_growth followers_reached
    reach_rate_followers likes_observed likes_observed_ratio likes_room_total_max
    sponsor_reach_engaged next_live_viewers next_live_return_rate previous_live_viewers
    prev_live_carryover"""
)
WINDOW_OPEN = words(
    """gmv_net cancelled_lines refunded_lines cancel_rate refund_rate repeat_gifters_30d
    repeat_gifter_rate_30d"""
)
TOO_FEW = words(
    """median_watch_sec p90_watch_sec median_reply_sec time_to_first_engagement_sec gift_spread
    gifter_gini top1_gifter_diamonds top1_share top10_gifter_diamonds top10_share top_slot_fit"""
)
UNKNOWN = NO_INPUT | WINDOW_OPEN | TOO_FEW
# Ratios by what they divide by.
OVER_VIEWS = words(
    """avg_watch_sec_per_view bounce_rate_10s comment_rate engagement_rate_events follow_rate
    follower_view_share like_rate live_ctr organic_view_share report_rate share_rate
    view_to_order_rate watch_gpm"""
)
OVER_VIEWERS = words(
    """advocate_share arpu_live avg_watch_sec_per_viewer buyer_rate clicker_rate commenter_rate
    engaged_viewer_rate follow_conversion gifter_conversion new_viewer_share
    returning_viewer_rate_30d sharer_rate supporter_share team_join_rate uv_value
    views_per_viewer"""
)
OVER_IMPRESSIONS = words("err err_fyp err_first_entry show_gpm")
OVER_WATCH = words(
    """comments_per_acu_hour concurrency_peakiness diamonds_per_watch_hour retention_1min
    retention_5min retention_15min"""
)
OVER_TIME = words(
    """acu average_minute_audience bag_reorders_per_hour comments_per_minute diamonds_per_hour
    diamonds_per_minute followers_per_hour gmv_per_hour guest_minutes_share impressions_per_hour
    pin_changes_per_hour pin_coverage violation_rate"""
)
OVER_ACTS = words(
    """comment_removal_rate organic_comment_share organic_follow_share reply_rate
    incentivised_engagement_share add_to_cart_rate ctor ctor_orders product_ctr notif_open_rate
    notif_to_join_rate promo_video_to_live_rate roas coins_purchased_share"""
)
OVER_ORDERS = words("aov affiliate_gmv_share gmv_per_sku_order")
OVER_GIFTERS = words("arppu new_gifter_share")
NEVER = UNKNOWN | OVER_ACTS

# LIVE, the metrics that are NULL, and those that are neither NULL nor 0. All others are 0.
Known = dict[str, Any]
ROOM = {"treasure_boxes", "treasure_box_coins", "subscriptions", "shop_cards"}
"""Told by the notices of a captured room alone."""
SAMPLED = {"total_watch_sec_est", "sampled_sec", "acu_est"}
"""Of sources that tell no leaves."""

OF_DUMPS: list[tuple[str, set[str], Known]] = [
    (
        "nobody",
        NEVER | OVER_VIEWS | OVER_VIEWERS | OVER_IMPRESSIONS | OVER_WATCH | OVER_ORDERS
        | OVER_GIFTERS,
        {"live_duration_sec": 3600.0, "longest_no_pin_sec": 3600.0, "airtime_hours": 1.0},
    ),
    (
        "shown_only",
        NEVER | OVER_VIEWS | OVER_VIEWERS | OVER_WATCH | OVER_ORDERS | OVER_GIFTERS,
        {
            **dict.fromkeys(("impressions", "impressions_fyp", "people_impressed"), 5),
            "impressions_per_hour": 5.0,
            "live_duration_sec": 3600.0,
            "longest_no_pin_sec": 3600.0,
            "airtime_hours": 1.0,
        },
    ),
    (
        # No time on air: nothing per hour, and every view is one of 0 seconds.
        "no_time",
        NEVER - {"coins_purchased_share"} | OVER_TIME | OVER_WATCH,
        {
            **dict.fromkeys(("impressions", "impressions_fyp", "people_impressed"), 10),
            **dict.fromkeys(("views", "views_fyp", "viewers", "bounced_views_10s"), 4),
            **dict.fromkeys(("organic_views", "non_follower_viewers", "new_viewers"), 4),
            **dict.fromkeys(("people_impressed_viewed",), 4),
            **dict.fromkeys(("orders", "sku_orders", "units_sold", "buyers"), 1),
            **dict.fromkeys(("gift_events_settled", "gifts_sent", "gifters", "new_gifters"), 1),
            **dict.fromkeys(("gifters_with_view", "engaged_viewers", "supporters"), 1),
            **dict.fromkeys(("coins_spent", "diamonds", "diamonds_organic"), 3),
            **dict.fromkeys(("err", "err_fyp", "err_first_entry"), 0.4),
            **dict.fromkeys(("views_per_viewer", "bounce_rate_10s", "organic_view_share"), 1.0),
            **dict.fromkeys(("new_viewer_share", "new_gifter_share"), 1.0),
            **dict.fromkeys(("engaged_viewer_rate", "engagement_rate_events"), 0.25),
            **dict.fromkeys(("supporter_share", "view_to_order_rate", "buyer_rate"), 0.25),
            **dict.fromkeys(("gifter_conversion",), 0.25),
            **dict.fromkeys(("aov", "gmv_per_sku_order"), 10.0),
            "gmv": Decimal("10.00"),
            "show_gpm": 1000.0,
            "watch_gpm": 2500.0,
            "uv_value": 2.5,
            "arppu": 3.0,
            "arpu_live": 0.75,
        },
    ),
]  # fmt: skip
# What the public feed tells. All else is NULL in it, never 0.
TOLD = words(
    """coins_spent commenters comments comments_deleted comments_per_minute comments_post_live
    engaged_viewers follower_viewers follower_views followers_per_hour gift_events_settled gifters
    gifters_with_view gifts_sent likes new_followers_unique new_follows_gross new_gifters
    new_viewers non_follower_viewers non_follower_viewers_won paused_sec returning_viewers_30d
    share_referred_views sharers shares supporters viewers views views_fyp views_short_video
    live_duration_sec airtime_hours"""
)
TOLD_OVER_PEOPLE = words(
    """advocate_share comment_rate commenter_rate engaged_viewer_rate engagement_rate_events
    follow_conversion follow_rate follower_view_share gifter_conversion like_rate new_viewer_share
    returning_viewer_rate_30d share_rate sharer_rate supporter_share views_per_viewer"""
)
HOUR = {"live_duration_sec": 3600.0, "airtime_hours": 1.0}
OF_CAPTURES: list[tuple[int, set[str], Known]] = [
    (1, TOLD | {"pcu"}, HOUR),
    (
        2,
        TOLD | TOLD_OVER_PEOPLE,
        {
            **HOUR,
            **dict.fromkeys(("views", "viewers", "new_viewers", "non_follower_viewers"), 2),
            "comments": 2,
            **dict.fromkeys(("new_viewer_share", "views_per_viewer", "comment_rate"), 1.0),
            # Only the one who is known to have come: 1 of 2.
            **dict.fromkeys(("commenters", "engaged_viewers"), 1),
            **dict.fromkeys(("commenter_rate", "engaged_viewer_rate"), 0.5),
            "engagement_rate_events": 1.0,
            "comments_per_minute": 2 / 60,
        },
    ),
    (
        4,
        TOLD | {"new_gifter_share"},
        {
            **HOUR,
            **dict.fromkeys(("gift_events_settled", "gifts_sent", "gifters", "new_gifters"), 5),
            "coins_spent": 25,
            "new_gifter_share": 1.0,
        },
    ),
    (
        5,
        TOLD - {"coins_spent"} | {"new_gifter_share"},
        {
            **HOUR,
            **dict.fromkeys(("gift_events_settled", "gifts_sent", "gifters", "new_gifters"), 1),
            "new_gifter_share": 1.0,
        },
    ),
]


def metrics_of_live(published: Published, live_id: str) -> Known:
    names = published.rows(
        "select metric from meta.metrics where kind in ('measure', 'ratio') "
        "and list_contains(string_split(grains, ' '), 'S')"
    )
    (row,) = published.rows(f"select * from marts.live_sessions where live_id = '{live_id}'")
    return {name["metric"]: row[name["metric"]] for name in names}


def assert_same(got: Known, wanted: Known) -> None:
    differing = {
        name: (got[name], value)
        for name, value in wanted.items()
        if (got[name] is None) != (value is None)
        or (value is not None and not math.isclose(got[name], value, rel_tol=1e-9))
    }
    assert differing == {}, "got, wanted"


@pytest.mark.parametrize(
    ("live_id", "nulls", "known"), OF_DUMPS, ids=[case[0] for case in OF_DUMPS]
)
def test_of_a_dump_all_is_counted(
    published: Published, live_id: str, nulls: set[str], known: Known
) -> None:
    got = metrics_of_live(published, live_id)
    assert nulls <= set(got)
    nulls = nulls | ROOM | SAMPLED
    assert_same(got, {name: None if name in nulls else known.get(name, 0) for name in got})


@pytest.mark.parametrize(
    ("room", "told", "known"), OF_CAPTURES, ids=[case[0] for case in OF_CAPTURES]
)
def test_of_a_capture_only_what_it_tells(
    published: Published, room: int, told: set[str], known: Known
) -> None:
    got = metrics_of_live(published, str(7 * 10**18 + room))
    if room == 2:
        # without samples or leaves the feed tells no concurrency
        assert got["pcu"] is None
    told = told | ROOM
    assert_same(got, {name: known.get(name, 0) if name in told else None for name in got})


MEASURES_AT = (
    *("live_channels", "live_funnels", "live_minutes", "creators_daily", "creators_weekly"),
    "markets_weekly",
)
NOT_TOLD = words(
    """impressions impressions_fyp people_impressed total_watch_sec effective_views_10s
    bounced_views_10s product_impressions product_clicks clickers add_to_carts sku_orders orders
    units_sold buyers gmv gmv_paid paid_lines diamonds diamonds_organic coins_purchased
    organic_views organic_comments organic_follows violation_count user_reports unfollows
    net_follows views_kept_1min views_started_1min gift_spread ad_spend"""
)


@pytest.mark.parametrize("mart", MEASURES_AT)
def test_what_a_feed_does_not_tell_is_null_at_every_grain(published: Published, mart: str) -> None:
    rows = published.rows(
        "select * from marts.markets_weekly where market is null"
        if mart == "markets_weekly"
        else f"select * from marts.{mart} where creator_id like 'host.%'"
    )
    assert len(rows) >= 2
    own = words("live_duration_sec paused_sec airtime_hours") | TOLD
    for row in rows:
        zero_or_more = (own - {"coins_spent"}) & row.keys() - {
            name for name in row if name.endswith(("_per_minute", "_per_hour"))
        }
        assert {name for name in zero_or_more if row[name] is None} == set()
        assert {name for name in NOT_TOLD & row.keys() if row[name] is not None} == set()


# ---- single rules --------------------------------------------------------------------------------

LIVE = "marts.live_sessions where live_id ="
USD = Decimal
CASES: list[tuple[str, Known]] = [
    # only direct entries
    (f"{LIVE} 'direct_only'", {"impressions": 0, "views": 4, "err": None, "show_gpm": None,
     "err_first_entry": None, "follow_rate": 0.25, "impressions_per_hour": 0.0,
     "is_err_undefined_direct": True}),
    (f"{LIVE} 'nobody'", {"is_err_undefined_direct": False}),
    (f"{LIVE} 'shown_only'", {"is_err_undefined_direct": False}),
    (f"{LIVE} '7000000000000000002'", {"is_err_undefined_direct": None, "views": 2}),
    ("marts.live_channels where live_id = 'direct_only'", {"channel": "inbox", "err": None}),
    ("marts.live_channels where live_id = 'shown_only'", {"channel": "fyp", "err": 0.0}),
    # one message: no duration
    (f"{LIVE} '7000000000000000003'", {"live_duration_sec": 0.0, "comments_per_minute": None,
     "followers_per_hour": None, "comment_rate": 0.0}),
    (f"{LIVE} '7000000000000000006'", {"views": 20, "median_watch_sec": None,
     "bounce_rate_10s": None}),
    # NX: no rate of a currency, of diamonds; no spend, theme, users, zone, opponent
    (f"{LIVE} 'no_rate'", {"gmv": None, "orders": 1, "aov": None, "uv_value": None,
     "watch_gpm": None, "gmv_paid": USD("0.00")}),
    (f"{LIVE} 'one_rate_missing'", {"gmv": None, "orders": 2, "aov": None}),
    (f"{LIVE} 'before_the_first_rate'", {"gmv": None, "orders": 1}),
    (f"{LIVE} 'on_the_first_rate'", {"gmv": USD("11.00"), "aov": 11.0}),
    ("marts.live_products where live_id = 'one_rate_missing' and product_id = 'p1'",
     {"gmv": USD("10.00")}),
    ("marts.live_products where live_id = 'one_rate_missing' and product_id = 'p2'",
     {"gmv": None, "orders": 1}),
    ("marts.creators_daily where creator_id = 'c-one_rate_missing'", {"gmv": None, "orders": 2}),
    ("marts.creators_weekly where creator_id = 'c-one_rate_missing'", {"gmv": None, "orders": 2}),
    ("marts.markets_weekly where market = 'NR'", {"gmv": None, "orders": 3, "aov": None}),
    (f"{LIVE} 'diamonds_without_rate'", {"diamonds": 100, "diamond_value": None}),
    (f"{LIVE} 'diamonds_with_rate'", {"diamonds": 100, "diamond_value": USD("0.50")}),
    (f"{LIVE} 'ad_without_spend'", {"ad_spend": None, "roas": None}),
    (f"{LIVE} 'ad_with_spend'", {"ad_spend": USD("2.50"), "roas": 0.0}),
    (f"{LIVE} 'theme_known'", {"themes_in_bag": 1, "bag_size": 1}),
    (f"{LIVE} 'theme_unknown'", {"themes_in_bag": None, "bag_size": 1}),
    ("marts.platform_weekly where scope = 'market' and place = 'WA'", {"weekly_active_users": 4,
     "live_reach_share_wau": 0.25, "late_night_watch_sec": None, "viewer_days": 1}),
    ("marts.platform_weekly where scope = 'market' and place = 'US'", {"weekly_active_users": None,
     "live_reach_share_wau": None, "late_night_watch_sec": 0.0, "live_viewers_wau": 1}),
    ("marts.platform_weekly where scope = 'market' and place = 'UT'",
     {"late_night_watch_sec": 600.0}),
    ("marts.platform_weekly where scope = 'market' and place is null"
     " and report_week = '2026-03-09'",
     {"people_viewed": 20, "people_exposed": None, "viewer_days": None,
      "total_watch_sec": None, "watch_min_per_viewer_day": None}),
    ("marts.platform_weekly where scope = 'platform' and report_week = '2026-03-09'",
     {"total_watch_sec": None, "viewer_days": None, "people_exposed": None}),
    ("marts.platform_weekly where scope = 'platform' and report_week = '2026-03-16'",
     {"late_night_watch_sec": None, "viewer_days": 3, "people_exposed": 3}),
    ("marts.battles where battle_id = 'b1'", {"battle_diamonds": 7, "battle_score": None,
     "battle_diamonds_all_sides": None, "battle_diamond_share": None,
     "battle_score_distortion": None, "cross_audience_follows": None}),
    ("marts.live_promotions where live_id = 'ad_with_spend'", {"flash_sale_units": None,
     "giveaway_entries": None, "giveaway_followers": None}),
    # NS: one case too few, and enough
    (f"{LIVE} 'views_19'", {"median_watch_sec": None, "p90_watch_sec": None}),
    (f"{LIVE} 'views_20'", {"median_watch_sec": 10.0, "p90_watch_sec": 10.0}),
    ("marts.live_channels where live_id = 'views_19'", {"median_watch_sec": None}),
    ("marts.live_channels where live_id = 'views_20'", {"median_watch_sec": 10.0}),
    (f"{LIVE} 'gifters_4'", {"gifter_gini": None, "top1_share": None, "gifters": 4}),
    (f"{LIVE} 'gifters_5'", {"gifter_gini": 0.0, "top1_share": 0.2, "top10_share": 1.0}),
    (f"{LIVE} 'gifters_of_nothing'", {"gifter_gini": None, "gift_spread": 0, "top1_share": None}),
    (f"{LIVE} 'bag_of_2'", {"top_slot_fit": None}),
    (f"{LIVE} 'bag_of_3'", {"top_slot_fit": 1.0}),
    ("marts.markets_weekly where market = 'T9'", {"high_spender_concentration": None}),
    ("marts.markets_weekly where market = 'TH'", {"high_spender_concentration": 0.01}),
    ("marts.markets_weekly where market = 'G4'", {"creator_reach_gini": None}),
    ("marts.markets_weekly where market = 'G5'", {"creator_reach_gini": 0.0}),
    ("marts.creators_weekly where creator_id = 'c-two'", {"schedule_regularity": None}),
    ("marts.creators_weekly where creator_id = 'c-three'", {"schedule_regularity": 1.0}),
    ("facts.fct_viewer_creator where viewer_id = 'twice'", {"median_days_between_visits": None}),
    ("facts.fct_viewer_creator where viewer_id = 'thrice'", {"median_days_between_visits": 1.0}),
    ("meta.data_quality where event_date = '2026-03-04'", {"clock_skew_sec_p99": None}),
    ("meta.data_quality where event_date = '2026-03-05'", {"clock_skew_sec_p99": 1.0}),
    # NC: 30 days for refunds and gifts, 7 for sales and follows
    (f"{LIVE} 'refund_elapsed'", {"refunded_lines": 1, "refund_rate": 1.0, "cancel_rate": 0.0,
     "gmv_net": USD("0.00"), "gmv_paid": USD("10.00"), "repeat_gifters_30d": 0,
     "repeat_gifter_rate_30d": 0.0}),
    (f"{LIVE} 'refund_open'", {"refunded_lines": None, "refund_rate": None, "cancel_rate": None,
     "gmv_net": None, "gmv_paid": USD("10.00"), "paid_lines": 1, "repeat_gifters_30d": None,
     "repeat_gifter_rate_30d": None}),
    ("marts.live_products where live_id = 'refund_elapsed'", {"gmv_net": USD("0.00")}),
    ("marts.live_products where live_id = 'refund_open'", {"gmv_net": None, "refund_rate": None}),
    ("marts.creators_daily where creator_id = 'c-refund_elapsed'", {"refund_rate": 1.0}),
    ("marts.creators_daily where creator_id = 'c-refund_open'", {"refund_rate": None}),
    (f"{LIVE} 'week_elapsed'", {"gmv_post_7d": USD("4.00")}),
    (f"{LIVE} 'week_open'", {"gmv_post_7d": None}),
    ("marts.live_promotions where live_id = 'week_elapsed'", {"giveaway_followers": 1,
     "giveaway_followers_kept_7d": 1, "post_giveaway_follow_retention_7d": 1.0}),
    ("marts.live_promotions where live_id = 'week_open'", {"giveaway_followers": 1,
     "giveaway_followers_kept_7d": None, "post_giveaway_follow_retention_7d": None}),
    # NC: the next LIVE, the next week
    (f"{LIVE} 'next_1'", {"next_live_viewers": 1, "next_live_return_rate": 0.5,
     "previous_live_viewers": None, "prev_live_carryover": None}),
    (f"{LIVE} 'next_2'", {"next_live_viewers": None, "next_live_return_rate": None,
     "previous_live_viewers": 1, "prev_live_carryover": 1.0}),
    *((f"marts.{mart} where {key} and report_week = '{week}'",
       {"lifecycle_dormant": dormant, "viewers_back_next_week": back, "wow_return_rate": rate})
      for mart, key in (("creators_weekly", "creator_id = 'c-weeks'"),
                        ("markets_weekly", "market = 'WK'"))
      for week, dormant, back, rate in (("2026-03-16", 0, 0, 0.0), ("2026-03-23", 1, None, None),
                                        ("2026-03-30", None, None, None))),
    ("marts.markets_weekly where market = 'WK' and report_week = '2026-03-16'",
     {"viewers_28d": None, "stickiness_dau_mau": None}),
    ("marts.markets_weekly where market = 'WK' and report_week = '2026-03-23'",
     {"viewers_28d": 2, "viewer_days_28d": 2, "stickiness_dau_mau": 2 / 56}),
    ("marts.creators_weekly where creator_id = 'c-weeks' and report_week = '2026-03-23'",
     {"heavy_live_days_28d": None, "burnout_index": None}),
    ("marts.creators_weekly where creator_id = 'c-d30_elapsed' and report_week = '2026-03-23'",
     {"heavy_live_days_28d": 0, "night_live_share_28d": 1.0, "burnout_index": 0.5}),
]  # fmt: skip


@pytest.mark.parametrize(("where", "known"), CASES, ids=lambda part: str(part)[:70])
def test_null_or_zero(published: Published, where: str, known: Known) -> None:
    key = home_key(published.home)
    where = re.sub(
        r"viewer_id = '(\w+)'", lambda found: f"viewer_id = '{pseudonym(key, found[1])}'", where
    )
    (row,) = published.rows(f"select * from {where}")
    assert {name: row[name] for name in known} == known


# market, first day; retained on day 1, 7 and 30
COHORTS = [
    *(("RA", "2026-03-28", 0, None, None), ("RB", "2026-03-29", None, None, None)),
    *(("RC", "2026-03-22", 0, 1, None), ("RD", "2026-03-23", 0, None, None)),
    *(("RE", "2026-02-27", 0, 0, 1), ("RF", "2026-02-28", 0, 0, None)),
    *(("US", "2026-03-27", 0, None, None), ("UT", "2026-03-28", None, None, None)),
    # the captures' own
    *((None, "2026-03-28", 0, None, None), (None, "2026-03-29", None, None, None)),
]


@pytest.mark.parametrize(
    ("mart", "who", "market_column", "day_column"),
    [
        ("viewer_retention", "viewer", "viewer_market", "first_view_date"),
        ("creator_retention", "creator", "market", "first_live_date"),
    ],
)
def test_retention_waits_until_the_day_is_over(
    published: Published, mart: str, who: str, market_column: str, day_column: str
) -> None:
    rows = {
        (row[market_column], row[day_column].isoformat()): row
        for row in published.rows(f"select * from marts.{mart}")
    }
    for market, first, *retained in COHORTS:
        row = rows[market, first]
        assert row[f"cohort_{who}s"] == 1
        assert [row[f"{who}s_retained_d{day}"] for day in (1, 7, 30)] == retained, (market, first)
        assert [row[f"{who}_d{day}_retention"] for day in (1, 7, 30)] == retained, (market, first)
