"""The oracle of people: who acts in a LIVE, who comes back, who gifts, who battles whom.

Belongs here: METRICS.md once more for the measures that `oracle.py` and `oracle_grains.py` leave
out, in plain Python from the dump's lines. Nothing here imports the project. Does not belong here:
ratios, speed, SQL, hand-typed cases (`test_oracle_people.py`).

A count is None where its window has not passed by the latest event, or where cases are too few.
Where the catalogue leaves a choice, the choice is one comment that starts with `# open:`.
"""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import oracle
import oracle_grains
from oracle import NOTHING, SECOND, Event, Events, Reference, View
from oracle_grains import Interval, Live

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
MIN_VIEWS, MIN_GIFTERS, MIN_VISITS, MIN_CREATORS = 20, 5, 3, 5
SUPPORTER_ACTS = 3
LOYAL_LIVES = 3
LIVE_VIEWER = timedelta(seconds=3)
TAKING_PART = ("comment", "like", "share", "follow", "gift", "product_click", "order")


def as_of(events: Events) -> datetime:
    """The latest event: what ends after it has not passed yet."""
    return max((event.ts for event in events.accepted), default=oracle.EPOCH)


def _of_type(events: Events, *names: str) -> list[Event]:
    return [event for event in events.accepted if event.event_type in names]


def _people(acts: Iterable[Event]) -> set[str]:
    return {act.viewer_id for act in acts if act.viewer_id is not None}


def _union(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Overlapping and touching spans as one."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _quantile(values: list[float], share: float) -> float:
    """Between the two nearest ranks, linearly."""
    ranked = sorted(values)
    place = (len(ranked) - 1) * share
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


def taking_part(live: Live) -> list[Event]:
    """The engaged acts of a LIVE; of an order line the event that counts."""
    acts = [act for name in TAKING_PART if name != "order" for act in live.acts.get(name, ())]
    return acts + live.lines


# ---- one LIVE ----------------------------------------------------------------------------------


def people_of_live(events: Events, reference: Reference) -> dict[str, dict[str, Any]]:
    """Per live_id how its viewers came, stayed and took part."""
    found = {}
    for live in oracle_grains.all_lives(events):
        acts, viewers = live.acts, live.viewers
        views, room = live.views, live.room
        watched = [view.watched / SECOND for view in views]
        impressions = acts.get("impression", [])
        comments, follows = acts.get("comment", []), acts.get("follow", [])
        gifts = acts.get("gift", [])
        parts: dict[str, list[Event]] = defaultdict(list)
        for act in taking_part(live):
            if act.viewer_id in viewers:
                parts[act.viewer_id].append(act)
        row: dict[str, Any] = {
            "impressions_fyp": sum(one.channel == "fyp" for one in impressions),
            "views_fyp": sum(view.channel == "fyp" for view in views),
            "share_referred_views": sum(view.channel == "share" for view in views),
            "views_short_video": sum(view.channel == "short_video" for view in views),
            "bounced_views_10s": sum(view.watched < 10 * SECOND for view in views),
            "follower_views": sum(view.is_follower for view in views),
            "follower_viewers": len({view.viewer_id for view in views if view.is_follower}),
            "non_follower_viewers": len({v.viewer_id for v in views if not v.is_follower}),
            "people_impressed": len(_people(impressions)),
            "people_impressed_viewed": len(_people(impressions) & viewers),
            "commenters": len(_people(comments) & viewers),
            "sharers": len(_people(acts.get("share", [])) & viewers),
            "clickers": len(_people(acts.get("product_click", [])) & viewers),
            "gifters_with_view": len(_people(gifts) & viewers),
            "organic_comments": sum(one.get("source") != "giveaway" for one in comments),
            "organic_follows": sum(one.get("source") != "giveaway" for one in follows),
            "add_to_carts": len(acts.get("add_to_cart", [])),
            "user_reports": len(acts.get("user_report", [])),
            "violation_count": len(acts.get("violation", [])),
            "comments_deleted": len(acts.get("comment_delete", [])),
            "diamonds_organic": sum(
                gift.get("diamonds") for gift in gifts if gift.get("coin_source") != "coin_drop"
            ),
            "coins_purchased": sum(
                gift.get("coins") for gift in gifts if gift.get("coin_source") == "purchased"
            ),
            # A gift makes a supporter, and so do three acts.
            "supporters": sum(
                len(own) >= SUPPORTER_ACTS or any(act.event_type == "gift" for act in own)
                for own in parts.values()
            ),
            "median_watch_sec": _quantile(watched, 0.5) if len(views) >= MIN_VIEWS else None,
            "p90_watch_sec": _quantile(watched, 0.9) if len(views) >= MIN_VIEWS else None,
        }
        for minutes in (1, 5, 15):
            span = timedelta(minutes=minutes)
            kept = sum(view.watched >= span for view in views)
            # open: a pause before the end counts as time that was left to watch.
            early = sum(room.end - view.start >= span for view in views)
            row |= {f"views_kept_{minutes}min": kept, f"views_started_{minutes}min": early}
        found[live.live_id] = row
    return found


def outcomes_of_live(events: Events, reference: Reference) -> dict[str, dict[str, Any]]:
    """Per live_id what became of its order lines: refunds in 30 days, sales of the week after."""
    now = as_of(events)
    statuses: dict[tuple[Any, Any, str], list[datetime]] = defaultdict(list)
    for event in _of_type(events, "order_status"):
        key = (event.get("order_id"), event.get("sku_id"), event.get("status") or "")
        statuses[key].append(event.ts)
    products: dict[str, set[str]] = defaultdict(set)
    for live_id, product_id in oracle_grains.live_products(events, reference):
        products[live_id].add(product_id)
    all_lines = oracle.order_lines(events)

    def happened(line: Event, word: str, within: timedelta | None = None) -> bool:
        times = statuses.get((line.get("order_id"), line.get("sku_id"), word), [])
        return any(within is None or ts <= line.ts + within for ts in times)

    found = {}
    for live in oracle_grains.all_lives(events):
        end = live.room.end
        paid = [line for line in live.lines if happened(line, "paid")]
        kept = [
            line
            for line in paid
            if not happened(line, "cancelled", MONTH) and not happened(line, "refunded", MONTH)
        ]
        after = [
            line
            for line in all_lines
            if end < line.ts <= end + 7 * DAY
            and line.viewer_id in live.viewers
            and line.get("product_id") in products[live.live_id]
        ]
        affiliate = [line for line in live.lines if line.get("sales_model") == "affiliate"]
        is_settled, is_week_over = end + MONTH <= now, end + 7 * DAY <= now
        found[live.live_id] = {
            "paid_lines": len(paid),
            "refunded_lines": (
                sum(happened(line, "refunded", MONTH) for line in paid) if is_settled else None
            ),
            "cancelled_lines": (
                sum(happened(line, "cancelled", MONTH) for line in live.lines)
                if is_settled
                else None
            ),
            "gmv_net": oracle_grains.gmv_of(kept, reference) if is_settled else None,
            "affiliate_gmv": oracle_grains.gmv_of(affiliate, reference),
            "gmv_post_7d": oracle_grains.gmv_of(after, reference) if is_week_over else None,
        }
    return found


def gifters_of_live(events: Events) -> dict[str, dict[str, Any]]:
    """Per live_id: first-time gifters, those who gift again within 30 days, and the spread."""
    now = as_of(events)
    lives = oracle_grains.all_lives(events)
    of_creator: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    for live in lives:
        for gift in live.acts.get("gift", ()):
            assert gift.viewer_id is not None
            of_creator[live.creator_id].append((gift.ts, live.live_id, gift.viewer_id))
    first: dict[tuple[str, str], str] = {}
    for creator_id, given in of_creator.items():
        for _, live_id, viewer_id in sorted(given):
            first.setdefault((creator_id, viewer_id), live_id)
    found = {}
    for live in lives:
        sent: dict[str, int] = defaultdict(int)
        for gift in live.acts.get("gift", ()):
            assert gift.viewer_id is not None
            sent[gift.viewer_id] += gift.get("diamonds")
        end = live.room.end
        again = {
            viewer_id
            for ts, live_id, viewer_id in of_creator[live.creator_id]
            if live_id != live.live_id and end < ts <= end + MONTH
        }
        most = sorted(sent.values(), reverse=True)
        is_enough = len(sent) >= MIN_GIFTERS
        found[live.live_id] = {
            "new_gifters": sum(first[live.creator_id, who] == live.live_id for who in sent),
            "repeat_gifters_30d": len(again & sent.keys()) if end + MONTH <= now else None,
            "top1_gifter_diamonds": most[0] if is_enough else None,
            "top10_gifter_diamonds": sum(most[:10]) if is_enough else None,
            # The Gini's numerator is the sum over all pairs of how far apart they are.
            "gift_spread": sum(abs(a - b) for a in most for b in most) // 2 if is_enough else None,
        }
    return found


def told_of_live(events: Events) -> dict[str, dict[str, Any]]:
    """Per live_id who was notified and came, who was answered, who was on stage."""
    sent: dict[str | None, list[Event]] = defaultdict(list)
    opened: dict[str | None, list[Event]] = defaultdict(list)
    for event in _of_type(events, "notification_sent"):
        sent[event.live_id].append(event)
    for event in _of_type(events, "notification_open"):
        opened[event.live_id].append(event)
    # open: a reply or deletion counts for the comment it names only under the same live_id.
    replies: dict[tuple[str | None, Any], list[datetime]] = defaultdict(list)
    for event in _of_type(events, "creator_reply"):
        replies[event.live_id, event.get("comment_event_id")].append(event.ts)
    deleted = {(e.live_id, e.get("comment_event_id")) for e in _of_type(events, "comment_delete")}
    stage: dict[str, list[Interval]] = defaultdict(list)
    pins: dict[str, list[Interval]] = defaultdict(list)
    for interval in oracle_grains.intervals(events):
        {"guest": stage, "pin": pins}.get(interval.kind, {}).setdefault(
            interval.live_id, []
        ).append(interval)
    joins = _of_type(events, "team_join")
    lives = oracle_grains.all_lives(events)

    def joined_in(join: Event) -> Live | None:
        """The LIVE that a join names; the creator's last one then on air where it names none."""
        named = [
            live
            for live in lives
            if live.room.holds(join.ts)
            and join.live_id in (live.live_id, None)
            and (join.live_id or join.creator_id == live.creator_id)
        ]
        return named[-1] if named else None

    found = {}
    for live in lives:
        room, live_id = live.room, live.live_id
        comments = live.acts.get("comment", [])
        questions = [one for one in comments if one.get("is_question")]
        recipients = _people(sent[live_id])
        team = [join for join in joins if joined_in(join) is live]
        # open: a pin that lies in a pause altogether was never on air, and ends no stretch.
        pinned = _union(
            (pin.start, pin.end)
            for pin in pins.get(live_id, [])
            if room.active(pin.start, pin.end) > NOTHING
        )
        edges = [room.start, *(edge for span in pinned for edge in span), room.end]
        bare = [room.active(edges[n], edges[n + 1]) for n in range(0, len(edges), 2)]
        on_stage = _union((guest.start, guest.end) for guest in stage.get(live_id, []))
        found[live_id] = {
            "notifications_sent": len(sent[live_id]),
            "notification_opens": len(opened[live_id]),
            "notification_recipients": len(recipients),
            "notification_openers": len(recipients & _people(opened[live_id])),
            "notification_joiners": len(
                {
                    view.viewer_id
                    for view in live.views
                    for one in sent[live_id]
                    if one.viewer_id == view.viewer_id
                    and one.ts <= view.start <= one.ts + timedelta(minutes=15)
                }
            ),
            "questions": len(questions),
            "questions_replied": sum((live_id, one.event_id) in replies for one in questions),
            "comments_removed": sum((live_id, one.event_id) in deleted for one in comments),
            "heart_me_joins": len(team),
            "team_joiners_with_view": len(_people(team) & live.viewers),
            "guest_sec": sum((room.active(*span) for span in on_stage), start=NOTHING) / SECOND,
            "pin_starts": len(pins.get(live_id, [])),
            "pinned_union_sec": sum((room.active(*s) for s in pinned), start=NOTHING) / SECOND,
            "longest_no_pin_sec": max(bare) / SECOND,
        }
    return found


# ---- cohorts, weeks, days ----------------------------------------------------------------------


# `timezones` is the zone of each market, UTC where it has none; `creators` the market of each.


def creator_retention(
    events: Events, timezones: Mapping[str, str], creators: Mapping[str, str]
) -> dict[tuple[str | None, date], dict[str, Any]]:
    """Per (market, date of a creator's first LIVE): the creators, and those live N days on."""
    days: dict[str, list[date]] = defaultdict(list)
    for live in oracle_grains.all_lives(events):
        days[live.creator_id].append(oracle_grains.day_of(live, timezones, creators))
    cohorts: dict[tuple[str | None, date], list[str]] = defaultdict(list)
    for creator_id, own in days.items():
        cohorts[creators.get(creator_id), min(own)].append(creator_id)
    found = {}
    for (market, first), members in cohorts.items():
        today = oracle_grains.report_date(as_of(events), market, timezones)
        row: dict[str, Any] = {"cohort_creators": len(members)}
        for number in oracle_grains.RETENTION_DAYS:
            day = first + number * DAY
            again = sum(day in days[creator_id] for creator_id in members)
            row[f"creators_retained_d{number}"] = again if day < today else None
        found[market, first] = row
    return found


def lifecycles(
    events: Events, timezones: Mapping[str, str], creators: Mapping[str, str], *, by_market: bool
) -> dict[tuple[str | None, date], dict[str, Any]]:
    """Per (creator, or his market, and Monday) who is new, returning, back, gone."""
    weeks: dict[str | None, dict[date, set[str]]] = defaultdict(dict)
    for live in oracle_grains.all_lives(events):
        monday = oracle_grains.week_of(oracle_grains.day_of(live, timezones, creators))
        name = creators.get(live.creator_id) if by_market else live.creator_id
        weeks[name].setdefault(monday, set()).update(live.viewers)
    found = {}
    for name, of_week in weeks.items():
        market = name if by_market else creators.get(name or "")
        today = oracle_grains.report_date(as_of(events), market, timezones)
        for monday, viewers in of_week.items():
            former = of_week.get(monday - 7 * DAY, set())
            after = of_week.get(monday + 7 * DAY, set())
            ever = set().union(*(seen for week, seen in of_week.items() if week < monday))
            is_over, is_next_over = monday + 7 * DAY <= today, monday + 14 * DAY <= today
            found[name, monday] = {
                "lifecycle_new": len(viewers - ever),
                "lifecycle_returning": len(viewers & former),
                "lifecycle_resurrecting": len(viewers & ever - former),
                "lifecycle_dormant": len(former - viewers) if is_over else None,
                "viewers_back_next_week": len(viewers & after) if is_next_over else None,
            }
    return found


def loyal_viewers(
    events: Events, timezones: Mapping[str, str], creators: Mapping[str, str]
) -> dict[tuple[str, date], dict[str, Any]]:
    """Per (creator, date) the day's viewers with 3 LIVEs in the 28 days up to it."""
    days: dict[str, list[tuple[date, set[str]]]] = defaultdict(list)
    for live in oracle_grains.all_lives(events):
        day = oracle_grains.day_of(live, timezones, creators)
        days[live.creator_id].append((day, live.viewers))
    found = {}
    for creator_id, own in days.items():
        for day in {day for day, _ in own}:
            near = [viewers for other, viewers in own if day - 27 * DAY <= other <= day]
            today = set().union(*(viewers for other, viewers in own if other == day))
            loyal = [who for who in today if sum(who in one for one in near) >= LOYAL_LIVES]
            found[creator_id, day] = {"loyal_viewers": len(loyal)}
    return found


def viewer_creators(events: Events) -> dict[tuple[str, str], dict[str, Any]]:
    """Per (viewer, creator) the LIVEs watched and the days between the visits."""
    visits: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
    views: dict[tuple[str, str], int] = defaultdict(int)
    for live in oracle_grains.all_lives(events):
        for view in live.views:
            key = (view.viewer_id, live.creator_id)
            views[key] += 1
            first = visits[key].get(live.live_id, view.start)
            visits[key][live.live_id] = min(first, view.start)
    found = {}
    for key, entered in visits.items():
        times = sorted(entered.values())
        gaps = [(b - a) / DAY for a, b in itertools.pairwise(times)]
        found[key] = {
            "lives_watched": len(times),
            "views": views[key],
            "median_days_between_visits": (
                statistics.median(gaps) if len(times) >= MIN_VISITS else None
            ),
        }
    return found


def creator_gifters(events: Events) -> dict[tuple[str, str], dict[str, Any]]:
    """Per (creator, viewer) the gifts in the creator's LIVEs, and the creator's from everybody."""
    gifts: dict[tuple[str, str], list[tuple[str, Event]]] = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    for live in oracle_grains.all_lives(events):
        for gift in live.acts.get("gift", ()):
            assert gift.viewer_id is not None
            gifts[live.creator_id, gift.viewer_id].append((live.live_id, gift))
            total[live.creator_id] += gift.get("diamonds")
    return {
        (creator_id, viewer_id): {
            "gift_events_settled": len(own),
            "gifts_sent": sum(gift.get("quantity") for _, gift in own),
            "coins_spent": sum(gift.get("coins") for _, gift in own),
            "diamonds": sum(gift.get("diamonds") for _, gift in own),
            "creator_diamonds": total[creator_id],
            "lives_gifted": len({live_id for live_id, _ in own}),
        }
        for (creator_id, viewer_id), own in gifts.items()
    }


def shared_audiences(events: Events) -> dict[tuple[str, str], dict[str, Any]]:
    """Per pair of creators with a common viewer: the viewers of the last 28 days."""
    since = as_of(events) - 28 * DAY
    viewers: dict[str, set[str]] = defaultdict(set)
    for live in oracle_grains.all_lives(events):
        viewers[live.creator_id] |= {view.viewer_id for view in live.views if view.start > since}
    names = sorted(viewers)
    return {
        (a, b): {
            "viewers_a": len(viewers[a]),
            "viewers_b": len(viewers[b]),
            "viewers_both": len(viewers[a] & viewers[b]),
            "viewers_either": len(viewers[a] | viewers[b]),
        }
        for place, a in enumerate(names)
        for b in names[place + 1 :]
        if viewers[a] & viewers[b]
    }


# ---- battles -----------------------------------------------------------------------------------


def battle_sides(events: Events) -> dict[tuple[str, str, datetime], dict[str, Any]]:
    """Per (battle, LIVE, start) what was given in it; all sides only where an opponent is known."""
    lives = {live.live_id: live for live in oracle_grains.all_lives(events)}
    battles = [one for one in oracle_grains.intervals(events) if one.kind == "battle"]
    given = {
        one: [
            gift
            for gift in lives[one.live_id].acts.get("gift", ())
            if one.start <= gift.ts <= one.end
        ]
        for one in battles
    }
    endings: dict[tuple[str | None, Any], Event] = {}
    for event in sorted(_of_type(events, "battle_end"), key=lambda e: (e.ts, e.event_id)):
        endings[event.live_id, event.get("battle_id")] = event
    found = {}
    for one in battles:
        sides = [other for other in battles if other.subject_id == one.subject_id]
        is_met = any(other.live_id != one.live_id for other in sides)
        ending = endings.get((one.live_id, one.subject_id))
        assert one.subject_id is not None
        found[one.subject_id, one.live_id, one.start] = {
            "battle_diamonds": sum(gift.get("diamonds") for gift in given[one]),
            "battle_gift_events": len(given[one]),
            "battle_diamonds_all_sides": (
                sum(gift.get("diamonds") for other in sides for gift in given[other])
                if is_met
                else None
            ),
            "battle_score": ending.get("score") if ending else None,
            "result": ending.get("result") if ending else None,
        }
    return found


# ---- the market --------------------------------------------------------------------------------


def viewer_market_weeks(
    events: Events, timezones: Mapping[str, str]
) -> dict[tuple[str | None, date], dict[str, Any]]:
    """Per (market on the viewer's act, Monday) the people who saw, viewed, joined, paid."""
    market_of = {event.event_id: event.market for event in events.accepted}
    exposed: dict[tuple[str | None, date], set[str]] = defaultdict(set)
    engaged: dict[tuple[str | None, date], set[str]] = defaultdict(set)
    paid: dict[tuple[str | None, date], set[str]] = defaultdict(set)
    views: dict[tuple[str | None, date], list[View]] = defaultdict(list)

    def today(event_id: str, ts: datetime) -> date:
        return oracle_grains.report_date(ts, market_of[event_id], timezones)

    def cell(event_id: str, ts: datetime) -> tuple[str | None, date]:
        return market_of[event_id], oracle_grains.week_of(today(event_id, ts))

    for live in oracle_grains.all_lives(events):
        for view in live.views:
            views[cell(view.event_id, view.start)].append(view)
        for shown in live.acts.get("impression", ()):
            exposed[cell(shown.event_id, shown.ts)] |= _people([shown])
        for act in taking_part(live):
            if act.viewer_id not in live.viewers:
                continue
            engaged[cell(act.event_id, act.ts)] |= _people([act])
            if act.event_type in ("gift", "order"):
                paid[cell(act.event_id, act.ts)] |= _people([act])
    found = {}
    for key in exposed.keys() | engaged.keys() | views.keys():
        watched: dict[str, timedelta] = defaultdict(timedelta)
        days: dict[tuple[str, date], timedelta] = defaultdict(timedelta)
        for view in views[key]:
            watched[view.viewer_id] += view.watched
            days[view.viewer_id, today(view.event_id, view.start)] += view.watched
        here = watched.keys()
        long_enough = {who for who, span in watched.items() if span >= LIVE_VIEWER}
        found[key] = {
            "people_exposed": len(exposed[key] | here),
            "people_viewed": len(here),
            # open: an act of somebody whose view is of another market or week engages nobody here.
            "people_engaged": len(engaged[key] & here),
            "people_paid": len(paid[key] & here),
            "live_viewers_wau": len(long_enough),
            "live_engaged_wau": len(long_enough & engaged[key]),
            "viewer_days": len(days),
            "over_viewing_days": sum(span > timedelta(hours=4) for span in days.values()),
            "total_watch_sec": sum(watched.values(), start=NOTHING) / SECOND,
        }
    return found


def market_reach(
    events: Events, timezones: Mapping[str, str], creators: Mapping[str, str]
) -> dict[tuple[str | None, date], dict[str, Any]]:
    """Per (creator's market, Monday): new creators, who paid, and how unequal the impressions."""
    first: dict[str, date] = {}
    weeks: dict[tuple[str | None, date], list[Live]] = defaultdict(list)
    for live in oracle_grains.all_lives(events):
        monday = oracle_grains.week_of(oracle_grains.day_of(live, timezones, creators))
        first.setdefault(live.creator_id, monday)
        weeks[creators.get(live.creator_id), monday].append(live)
    found = {}
    for (market, monday), lives in weeks.items():
        shown: dict[str, int] = defaultdict(int)
        payers: set[str] = set()
        for live in lives:
            shown[live.creator_id] += len(live.acts.get("impression", ()))
            payers |= _people([*live.acts.get("gift", ()), *live.lines]) & live.viewers
        total = sum(shown.values())
        apart = sum(abs(a - b) for a in shown.values() for b in shown.values())
        found[market, monday] = {
            "new_creators": sum(first[creator_id] == monday for creator_id in shown),
            "payers": len(payers),
            "creator_reach_gini": (
                apart / (2 * len(shown) * total) if len(shown) >= MIN_CREATORS and total else None
            ),
        }
    return found
