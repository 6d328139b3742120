"""Pins the oracle of people: tiny LIVEs typed by hand, with the numbers worked out by hand.

Belongs here: hand-typed cases for `oracle_people.py`. Does not belong here: expected values that
any code has computed, the other grains (`test_oracle.py`, `test_oracle_grains.py`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import oracle
import oracle_people
from test_oracle_grains import CREATORS, REFERENCE, TIMEZONES, Event, ev, live, order, read, view


def gift(when: str, viewer_id: str, diamonds: int, **more: object) -> Event:
    named = {"quantity": 1, "coins": 2 * diamonds, "diamonds": diamonds}
    return ev("gift", when, viewer_id, **(named | more))


def edge(when: str) -> list[Event]:
    """A LIVE of no length whose start is the latest event."""
    return live("edge", "zoe", when, when)


def test_how_viewers_stay() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00",
            "20:10",
            view("a", "20:00", "20:00:09"),
            view("a", "20:01", "20:02"),
            # Too late for five minutes, early enough for one; a pause takes 30 of 90 seconds.
            view("b", "20:08", "20:09:30"),
            ev("live_pause", "20:09"),
            ev("live_resume", "20:09:30"),
            ev("comment", "20:03", "b", source="giveaway"),
            ev("comment", "20:03", "nobody"),
            ev("like", "20:03", "b", count=50),
            ev("share", "20:03", "b"),
            gift("20:04", "a", 7, coin_source="coin_drop"),
            gift("20:04", "nobody", 3, coin_source="purchased"),
        )
    )
    row = oracle_people.people_of_live(events, REFERENCE)["L"]
    wanted = {
        **{"bounced_views_10s": 1, "views_started_1min": 3, "views_kept_1min": 2},
        **{"views_started_5min": 2, "views_kept_5min": 0, "views_started_15min": 0},
        **{"commenters": 1, "organic_comments": 1, "sharers": 1, "gifters_with_view": 1},
        # Three acts by b, one gift by a.
        **{"supporters": 2, "diamonds_organic": 3, "coins_purchased": 6},
        **{"median_watch_sec": None, "people_impressed": 0, "non_follower_viewers": 2},
    }
    assert {name: row[name] for name in wanted} == wanted


def test_quantiles_need_twenty_views() -> None:
    for number, median, p90 in ((19, None, None), (20, 10.5, 18.1)):
        views = [view(f"v{n}", "20:00:00", f"20:00:{n:02}") for n in range(1, number + 1)]
        events = read(live("L", "ann", "20:00", "20:10", *views))
        row = oracle_people.people_of_live(events, REFERENCE)["L"]
        assert (row["median_watch_sec"], row["p90_watch_sec"]) == (median, p90)


def test_refunds_wait_thirty_days_and_sales_seven() -> None:
    def status(when: str, line: str, word: str) -> Event:
        order_id, sku_id = line.split("/")
        return ev("order_status", when, "a", order_id=order_id, sku_id=sku_id, status=word)

    sales = live(
        "L",
        "ann",
        "20:00",
        "21:00",
        view("a", "20:00"),
        order("20:30", "a", "o1/s", 1000),
        order("20:30", "a", "o2/s", 500, sales_model="affiliate"),
        order("20:30", "a", "o3/s", 300),
        *(status("20:31", f"o{n}/s", "paid") for n in (1, 2, 3)),
        # 30 days after the order to the second, and a second too late
        status("04-09 20:30", "o1/s", "refunded"),
        status("04-09 20:30:01", "o2/s", "refunded"),
        status("20:40", "o3/s", "cancelled"),
        # after the end: of a viewer and a product of the LIVE, on the last instant, and not
        order("03-17 21:00", "a", "o4/s", 70),
        order("03-17 21:00:01", "a", "o5/s", 7),
        order("22:00", "stranger", "o6/s", 7),
        order("22:00", "a", "o7/s", 7, product_id="other"),
    )
    row = oracle_people.outcomes_of_live(read(sales, edge("04-09 21:00")), REFERENCE)["L"]
    assert row == {
        "paid_lines": 3,
        "refunded_lines": 1,
        "cancelled_lines": 1,
        "gmv_net": Decimal("5.00"),
        "affiliate_gmv": Decimal("5.00"),
        "gmv_post_7d": Decimal("0.70"),
    }
    early = [event for event in sales if event["event_ts"] < "2026-03-17T21:00"]
    row = oracle_people.outcomes_of_live(read(early, edge("03-17 20:59:59")), REFERENCE)["L"]
    assert (row["refunded_lines"], row["gmv_net"], row["gmv_post_7d"]) == (None, None, None)
    assert row["paid_lines"] == 3


def test_gifters_who_are_new_and_who_come_again() -> None:
    events = read(
        live("L1", "ann", "20:00", "21:00", gift("20:10", "a", 5), gift("20:11", "b", 1)),
        live("L2", "ann", "03-12 20:00", "03-12 21:00", gift("03-12 20:10", "a", 5)),
        live("L3", "bob", "03-12 20:00", "03-12 21:00", gift("03-12 20:10", "b", 5)),
        edge("04-09 21:00"),
    )
    rows = oracle_people.gifters_of_live(events)
    assert {
        name: (row["new_gifters"], row["repeat_gifters_30d"]) for name, row in rows.items()
    } == {
        "L1": (2, 1),
        # 30 days after its end lie beyond the latest event
        "L2": (0, None),
        "L3": (1, None),
        "edge": (0, None),
    }
    pairs = oracle_people.creator_gifters(events)
    assert pairs["ann", "a"] == {
        **{"gift_events_settled": 2, "gifts_sent": 2, "coins_spent": 20, "diamonds": 10},
        **{"creator_diamonds": 11, "lives_gifted": 2},
    }


def test_the_spread_of_gifts() -> None:
    gifts = [gift("20:10", f"g{n}", n) for n in (1, 2, 3, 4, 10)]
    (row,) = oracle_people.gifters_of_live(read(live("L", "ann", "20:00", "21:00", gifts))).values()
    # Distances of all pairs: 1+2+3+9 + 1+2+8 + 1+7 + 6.
    assert (row["gift_spread"], row["top1_gifter_diamonds"]) == (40, 10)
    (row,) = oracle_people.gifters_of_live(
        read(live("L", "ann", "20:00", "21:00", gifts[:4]))
    ).values()
    assert (row["gift_spread"], row["top1_gifter_diamonds"]) == (None, None)


def test_who_was_told_answered_and_on_stage() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00",
            "20:10",
            ev("notification_sent", "19:50", "a", kind="push"),
            ev("notification_sent", "19:50", "a", kind="push"),
            ev("notification_sent", "19:50", "b", kind="push"),
            ev("notification_open", "19:51", "b"),
            ev("notification_open", "19:51", "c"),
            # 15 minutes after, and a second more
            view("a", "20:05"),
            view("b", "20:05:01"),
            ev("comment", "20:06", "a", is_question=True),
            ev("creator_reply", "20:08", comment_event_id="L-9"),
            ev("guest_join", "20:01", guest_id="g"),
            ev("guest_join", "20:02", guest_id="h"),
            ev("guest_leave", "20:03", guest_id="g"),
            ev("guest_leave", "20:04", guest_id="h"),
            ev("product_pin", "20:05", product_id="p"),
            ev("product_unpin", "20:06", product_id="p"),
            ev("team_join", "20:07", "a"),
            ev("team_join", "20:11", "b"),
        )
    )
    row = oracle_people.told_of_live(events)["L"]
    assert row == {
        **{"notifications_sent": 3, "notification_opens": 2, "notification_recipients": 2},
        **{"notification_openers": 1, "notification_joiners": 1},
        **{"questions": 1, "questions_replied": 1, "comments_removed": 0},
        **{"heart_me_joins": 1, "team_joiners_with_view": 1, "guest_sec": 180.0},
        **{"pin_starts": 1, "pinned_union_sec": 60.0, "longest_no_pin_sec": 300.0},
    }


def test_creators_who_come_back() -> None:
    events = read(
        live("L1", "ann", "20:00", "21:00"),
        live("L2", "ann", "03-11 20:00", "03-11 21:00"),
        live("L3", "cat", "20:00", "21:00"),
        # 00:30 in London is the next day's, 23:30 of the same in New York is not
        live("L4", "bob", "03-11 03:30", "03-11 03:40"),
        edge("03-17 23:59"),
    )
    rows = oracle_people.creator_retention(events, TIMEZONES, CREATORS)
    wanted = {
        **{"cohort_creators": 2, "creators_retained_d1": 1},
        **{"creators_retained_d7": None, "creators_retained_d30": None},
    }
    assert rows["GB", date(2026, 3, 10)] == wanted
    assert rows["US", date(2026, 3, 10)]["cohort_creators"] == 1


def test_lifecycles() -> None:
    events = read(
        live("L1", "ann", "03-03 20:00", "03-03 21:00", view("a", "03-03 20:00")),
        live("L2", "ann", "20:00", "21:00", view("a", "20:00"), view("b", "20:00")),
        live("L3", "ann", "03-24 20:00", "03-24 21:00", view("b", "03-24 20:00")),
        edge("03-30 00:00"),
    )
    rows = oracle_people.lifecycles(events, {}, CREATORS, by_market=False)
    named = ("new", "returning", "resurrecting", "dormant")
    assert {
        key[1].day: (
            *(row[f"lifecycle_{name}"] for name in named),
            row["viewers_back_next_week"],
        )
        for key, row in rows.items()
        if key[0] == "ann"
    } == {
        2: (1, 0, 0, 0, 1),
        9: (1, 1, 0, 0, 0),
        # b is back after a week away; the week is over, the next one is not
        23: (0, 0, 1, 0, None),
    }


def test_loyal_viewers_watch_three_lives_in_28_days() -> None:
    lives = [
        live(f"L{n}", "ann", f"{day} 20:00", f"{day} 21:00", view("a", f"{day} 20:00"))
        for n, day in enumerate(("03-01", "03-10", "03-28", "03-29"))
    ]
    rows = oracle_people.loyal_viewers(read(*lives), {}, CREATORS)
    # On the 29th the 1st lies 28 days back: out; but the 10th, 28th and 29th are three.
    assert {day.day: row["loyal_viewers"] for (_, day), row in rows.items()} == {
        1: 0,
        10: 0,
        28: 1,
        29: 1,
    }


def test_visits_of_a_viewer() -> None:
    lives = [
        live(f"L{n}", "ann", f"03-{day} 20:00", f"03-{day} 21:00", view("a", f"03-{day} 20:00"))
        for n, day in enumerate(("10", "11", "14"))
    ]
    visits = "median_days_between_visits"
    assert oracle_people.viewer_creators(read(*lives[:2]))["a", "ann"][visits] is None
    assert oracle_people.viewer_creators(read(*lives))["a", "ann"][visits] == 2.0


def test_audiences_that_creators_share() -> None:
    events = read(
        live("L1", "ann", "20:00", "21:00", view("a", "20:00"), view("b", "20:00")),
        live("L2", "bob", "20:00", "21:00", view("b", "20:00"), view("c", "20:00")),
        live("old", "cat", "02-01 20:00", "02-01 21:00", view("a", "02-01 20:00")),
    )
    assert oracle_people.shared_audiences(events) == {
        ("ann", "bob"): {"viewers_a": 2, "viewers_b": 2, "viewers_both": 1, "viewers_either": 3}
    }


def test_battle_sides() -> None:
    def side(live_id: str, who: str, diamonds: int, battle: str) -> list[Event]:
        return live(
            live_id,
            who,
            "20:00",
            "21:00",
            ev("battle_start", "20:10", battle_id=battle, side=who),
            gift("20:10", "a", diamonds),
            gift("20:20", "a", 1),
            gift("20:20:01", "a", 100),
            ev("battle_end", "20:20", battle_id=battle, side=who, score=9, result="win"),
        )

    events = read(side("L1", "ann", 5, "b"), side("L2", "bob", 7, "b"), side("L3", "cat", 2, "c"))
    rows = oracle_people.battle_sides(events)
    names = ("battle_diamonds", "battle_gift_events", "battle_diamonds_all_sides", "battle_score")
    assert {key[1]: tuple(row[name] for name in names) for key, row in rows.items()} == {
        "L1": (6, 2, 14, 9),
        "L2": (8, 2, 14, 9),
        "L3": (3, 2, None, 9),
    }


def test_people_of_a_market() -> None:
    events = read(
        live(
            "L",
            "ann",
            "20:00",
            "21:00",
            ev("impression", "20:00", "seen", market="GB"),
            view("a", "20:00", "20:00:03", market="GB"),
            view("b", "20:00", "20:00:02.999", market="GB"),
            ev("comment", "20:00:01", "b", market="GB"),
            ev("comment", "20:00:01", "seen", market="GB"),
            gift("20:00:01", "a", 1, market="GB"),
        )
    )
    row = oracle_people.viewer_market_weeks(events, TIMEZONES)["GB", date(2026, 3, 9)]
    assert row == {
        **{"people_exposed": 3, "people_viewed": 2, "people_engaged": 2, "people_paid": 1},
        **{"live_viewers_wau": 1, "live_engaged_wau": 1, "viewer_days": 2},
        **{"over_viewing_days": 0, "total_watch_sec": 5.999},
    }


def test_reach_of_creators_needs_five() -> None:
    def shown(place: int, number: int) -> list[Event]:
        acts = [ev("impression", "20:00", "a") for _ in range(number)]
        return live(f"L{place}", f"c{place}", "20:00", "21:00", acts)

    creators = {f"c{n}": "GB" for n in range(5)}
    lives = [shown(place, number) for place, number in enumerate((0, 0, 0, 0, 5))]
    (row,) = oracle_people.market_reach(read(*lives), {}, creators).values()
    # All to one of five: (5 - 1) / 5.
    assert row["creator_reach_gini"] == 0.8
    assert row["new_creators"] == 5
    (row,) = oracle_people.market_reach(read(*lives[1:]), {}, creators).values()
    assert row["creator_reach_gini"] is None


def test_nothing_comes_to_nothing() -> None:
    events = oracle.Events()
    assert oracle_people.people_of_live(events, REFERENCE) == {}
    assert oracle_people.viewer_market_weeks(events, {}) == {}
