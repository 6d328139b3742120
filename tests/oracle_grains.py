"""The oracle at the finer and coarser grains: minutes, products, intervals, days, weeks, people.

Belongs here: the contract once more, from the documents alone, for every grain but the LIVE and
its funnel (those are in `oracle.py`, whose LIVEs, views, order lines and money are used). Nothing
here imports the project. Does not belong here: ratios, speed, SQL, hand-typed cases
(`test_oracle_grains.py`).

Counts are `int` and in-LIVE, money is `Decimal` in USD (None where one line's rate is unknown),
seconds are `float`, times are naive UTC. A week is its Monday. Where the contract leaves a choice,
the choice is one comment that starts with `# open:`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import oracle
from oracle import NOTHING, SECOND, Event, Events, Reference, Room, View

MINUTE = timedelta(minutes=1)
RETURN_WINDOW = timedelta(days=30)
VALID_LIVE = timedelta(seconds=1500)
MIN_GIFTERS = 5
RETENTION_DAYS = (1, 7, 30)
PROMO_KINDS = frozenset({"flash_sale", "giveaway", "billboard", "ad", "coupon"})

# The kinds of interval that one pair of event types opens and closes, and who is meant.
PAIRS: tuple[tuple[str, str, str, str | None], ...] = (
    ("pin", "product_pin", "product_unpin", "product_id"),
    ("promo", "promo_start", "promo_end", "promo_id"),
    ("battle", "battle_start", "battle_end", "battle_id"),
    ("guest", "guest_join", "guest_leave", "guest_id"),
    ("pause", "live_pause", "live_resume", None),
)
# Measure and event type, of the measures that only count events.
COUNTED = {
    "impressions": "impression",
    "comments": "comment",
    "new_follows_gross": "follow",
    "shares": "share",
    "product_impressions": "product_impression",
    "product_clicks": "product_click",
    "gift_events_settled": "gift",
}


class Interval(NamedTuple):
    """Something that lasted in a LIVE; `subject_id` is None for a pause."""

    live_id: str
    kind: str
    subject_id: str | None
    start: datetime
    end: datetime
    is_end_inferred: bool


@dataclass(frozen=True)
class Live:
    """One LIVE with what happened in it: its in-LIVE events by type, views and order lines."""

    live_id: str
    creator_id: str
    room: Room
    acts: Mapping[str, list[Event]]
    views: list[View]
    lines: list[Event]

    @property
    def duration(self) -> timedelta:
        """Without the pauses."""
        return self.room.active(self.room.start, self.room.end)

    @property
    def viewers(self) -> set[str]:
        return {view.viewer_id for view in self.views}

    @property
    def buyers(self) -> set[str]:
        # As in oracle.live_sessions: only people with a view in this LIVE.
        return {line.viewer_id for line in self.lines if line.viewer_id} & self.viewers


def all_lives(events: Events) -> list[Live]:
    """Every LIVE, in the order of a creator's LIVEs: by (start, live_id)."""
    of_live: dict[str, list[Event]] = defaultdict(list)
    for event in events.accepted:
        if event.live_id is not None and event.event_type in oracle.LIVE_TYPES:
            of_live[event.live_id].append(event)
    views: dict[str, list[View]] = defaultdict(list)
    for view in oracle.views(events):
        views[view.live_id].append(view)
    lines: dict[str | None, list[Event]] = defaultdict(list)
    for line in oracle.order_lines(events):
        lines[line.live_id].append(line)
    found = []
    for live_id, room in oracle.rooms(events).items():
        acts: dict[str, list[Event]] = defaultdict(list)
        for event in of_live[live_id]:
            if room.holds(event.ts):
                acts[event.event_type].append(event)
        inside = [line for line in lines[live_id] if room.holds(line.ts)]
        host = _host(of_live[live_id])
        found.append(Live(live_id, host, room, acts, views[live_id], inside))
    return sorted(found, key=lambda live: (live.room.start, live.live_id))


def _host(of_live: list[Event]) -> str:
    # open: where events of one LIVE name several creators, the earliest live_start's counts, else
    # that of the earliest event that only happens in a running room; ties by event_id.
    running = [event for event in of_live if event.event_type in oracle.RUNNING_TYPES]
    first = min(running, key=lambda e: (e.event_type != "live_start", e.ts, e.event_id))
    assert first.creator_id is not None
    return first.creator_id


def _sum(acts: Iterable[Event], name: str) -> int:
    return sum(act.get(name) or 0 for act in acts)


def gmv_of(lines: Iterable[Event], reference: Reference) -> Decimal | None:
    amounts = [oracle.usd(line, reference) for line in lines]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, start=Decimal("0.00")) if len(known) == len(amounts) else None


def _orders(lines: Iterable[Event]) -> int:
    return len({line.get("order_id") for line in lines})


def _peak(views: Iterable[View], start: datetime, end: datetime) -> int:
    """The most views open at one instant of [start, end); a view is open on [start, end)."""
    # open: a view's seat stays taken during a pause.
    steps = []
    for view in views:
        low, high = max(view.start, start), min(view.end, end)
        if low < high:
            steps += [(low, 1), (high, -1)]
    seats = peak = 0
    # At one instant seats are freed (-1) before they are taken (+1).
    for _, change in sorted(steps):
        seats += change
        peak = max(peak, seats)
    return peak


# ---- minutes -----------------------------------------------------------------------------------


def live_minutes(
    events: Events, reference: Reference
) -> dict[tuple[str, datetime], dict[str, Any]]:
    """Per (live_id, clock minute in UTC), every minute from floor(start) to floor(end).

    A LIVE that ends on a full minute has that minute too: acts on the last instant are in it.
    Distinct orders and the peak do not add up over minutes.
    """
    found = {}
    for live in all_lives(events):
        first = live.room.start.replace(second=0, microsecond=0)
        last = live.room.end.replace(second=0, microsecond=0)
        for index in range((last - first) // MINUTE + 1):
            minute = first + index * MINUTE
            row = {"minute_index": index, **_minute(live, minute, reference)}
            found[live.live_id, minute] = row
    return found


def _minute(live: Live, minute: datetime, reference: Reference) -> dict[str, Any]:
    end = minute + MINUTE

    def within(name: str) -> list[Event]:
        return [act for act in live.acts.get(name, ()) if minute <= act.ts < end]

    lines = [line for line in live.lines if minute <= line.ts < end]
    watched = NOTHING
    for view in live.views:
        low, high = max(view.start, minute), min(view.end, end)
        if low < high:
            watched += live.room.active(low, high)
    # Just before `instant`; in the last minute that is just before the LIVE's end, even where that
    # minute holds nothing but the LIVE's last instant.
    # open: so this minute may have more viewers at its end than at its peak, which is 0 there.
    # A view of no length never lies around an instant.
    instant = min(end, live.room.end)
    return {
        **{measure: len(within(name)) for measure, name in COUNTED.items()},
        # open: a view belongs to the minute of its enter.
        "views": sum(minute <= view.start < end for view in live.views),
        "likes": _sum(within("like"), "count"),
        "sku_orders": len(lines),
        # open: an order whose lines lie in two minutes is an order of both.
        "orders": _orders(lines),
        "gmv": gmv_of(lines, reference),
        "gifts_sent": _sum(within("gift"), "quantity"),
        "diamonds": _sum(within("gift"), "diamonds"),
        "total_watch_sec": watched / SECOND,
        "concurrent_at_end": sum(view.start < instant <= view.end for view in live.views),
        "peak_in_minute": _peak(live.views, minute, end),
    }


# ---- products ----------------------------------------------------------------------------------


def live_products(events: Events, reference: Reference) -> dict[tuple[str, str], dict[str, Any]]:
    """Per (live_id, product_id) the counts, money and the seconds pinned."""
    # open: a row needs an exposure, click, cart, order line or pin in the LIVE; a product that is
    # only in the bag or only in a promotion has none, nor has an act without a product_id.
    paid = _paid(events)
    pins: dict[tuple[str, str | None], list[Interval]] = defaultdict(list)
    for interval in intervals(events):
        if interval.kind == "pin":
            pins[interval.live_id, interval.subject_id].append(interval)
    found = {}
    for live in all_lives(events):
        acts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for name in ("product_impression", "product_click", "add_to_cart", "product_pin"):
            for act in live.acts.get(name, ()):
                if act.get("product_id") is not None:
                    acts[act.get("product_id")][name] += 1
        lines: dict[str, list[Event]] = defaultdict(list)
        for line in live.lines:
            if line.get("product_id") is not None:
                lines[line.get("product_id")].append(line)
        for product_id in acts.keys() | lines.keys():
            own = lines[product_id]
            found[live.live_id, product_id] = {
                "product_impressions": acts[product_id]["product_impression"],
                "product_clicks": acts[product_id]["product_click"],
                "add_to_carts": acts[product_id]["add_to_cart"],
                "sku_orders": len(own),
                # open: an order with lines of two products is an order of both.
                "orders": _orders(own),
                "units_sold": _sum(own, "quantity"),
                "gmv": gmv_of(own, reference),
                "gmv_paid": gmv_of([line for line in own if _key(line) in paid], reference),
                # Intervals of one product are disjoint (`_spans`), so their union is their sum.
                "pinned_sec": sum(
                    (pin.end - pin.start for pin in pins[live.live_id, product_id]), start=NOTHING
                )
                / SECOND,
            }
    return found


def _paid(events: Events) -> set[tuple[str, str]]:
    # open: a line is paid by any `paid` status of its (order_id, sku_id): whenever, under whatever
    # live_id, even before the order; being cancelled or refunded does not undo it; a status
    # without sku_id pays nothing.
    statuses = [event for event in events.accepted if event.event_type == "order_status"]
    return {_key(event) for event in statuses if event.get("status") == "paid"}


def _key(event: Event) -> tuple[str, str]:
    return event.get("order_id"), event.get("sku_id")


# ---- intervals ---------------------------------------------------------------------------------


def intervals(events: Events) -> list[Interval]:
    """Pins, promotions, battles, guests and pauses, inside their LIVE, in order."""
    opened: dict[tuple[str, str, str | None], list[Event]] = defaultdict(list)
    closed: dict[tuple[str, str, str | None], list[Event]] = defaultdict(list)
    for event in events.accepted:
        for family, opening, closing, subject in PAIRS:
            if event.event_type not in (opening, closing) or event.live_id is None:
                continue
            subject_id = event.get(subject) if subject else None
            # open: an event without the id of its subject opens and closes nothing.
            if subject is None or subject_id is not None:
                group = opened if event.event_type == opening else closed
                # open: promotions are closed by promo_id alone, battles by battle_id alone, each
                # in its own LIVE; the kind or side on the closing event is not read.
                group[event.live_id, family, subject_id].append(event)
    frame = oracle.rooms(events)
    found = []
    for (live_id, family, subject_id), openings in opened.items():
        closings = [event.ts for event in closed[live_id, family, subject_id]]
        for opening_event, end, is_end_inferred in _spans(openings, closings, frame[live_id]):
            kind = opening_event.get("kind") if family == "promo" else family
            # open: a promotion of another kind, or of none, is no interval.
            if family == "promo" and kind not in PROMO_KINDS:
                continue
            found.append(
                Interval(live_id, kind, subject_id, opening_event.ts, end, is_end_inferred)
            )
    return sorted(found, key=lambda i: (i.live_id, i.kind, i.subject_id or "", i.start))


def _spans(
    openings: list[Event], closings: list[datetime], room: Room
) -> list[tuple[Event, datetime, bool]]:
    """(opening, end, is_end_inferred) of one subject in one LIVE: disjoint, in order."""
    spans: list[tuple[Event, datetime, bool]] = []
    # open: an opening outside the LIVE opens nothing, so the next one inside does. That is so for
    # a pause too, although the LIVE's paused time begins with such a pause at the LIVE's start.
    inside = [event for event in openings if room.holds(event.ts)]
    for event in sorted(inside, key=lambda event: (event.ts, event.event_id)):
        if spans:
            former, former_end, is_open = spans[-1]
            # While it lasts, a second opening changes nothing; one that was never closed lasts
            # beyond the LIVE's end.
            # open: an opening at the instant of the closing opens anew.
            if is_open or event.ts < former_end or event.ts == former.ts:
                continue
        # open: the first closing after the opening ends it, and is not used up: one at the very
        # instant closed what ran before (a product that is unpinned and pinned again at once).
        own = min((ts for ts in closings if ts > event.ts), default=None)
        # open: a closing on the LIVE's last instant is the interval's own end, a later one is not.
        if own is not None and own <= room.end:
            spans.append((event, own, False))
        else:
            spans.append((event, room.end, True))
    return spans


# ---- days and weeks ----------------------------------------------------------------------------


def report_date(ts: datetime, market: str | None, timezones: Mapping[str, str]) -> date:
    """The calendar date of a UTC time in the market's reporting zone; UTC where unknown."""
    name = timezones.get(market or "", "UTC")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        # open: a zone that does not exist is an unknown one.
        zone = ZoneInfo("UTC")
    return ts.replace(tzinfo=UTC).astimezone(zone).date()


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def day_of(live: Live, timezones: Mapping[str, str], creators: Mapping[str, str]) -> date:
    """All of a LIVE belongs to the report date of its start, however long it lasts."""
    # open: the market is the creator's in the reference table, never the one on his events.
    return report_date(live.room.start, creators.get(live.creator_id), timezones)


def _measures(lives: list[Live], reference: Reference) -> dict[str, Any]:
    """What several LIVEs come to together; distinct people and orders are counted anew."""
    lines = [line for live in lives for line in live.lines]
    gifts = [gift for live in lives for gift in live.acts.get("gift", ())]
    duration = sum((live.duration for live in lives), start=NOTHING)
    watched = sum((view.watched for live in lives for view in live.views), start=NOTHING)
    return {
        "lives": len(lives),
        "live_duration_sec": duration / SECOND,
        "impressions": sum(len(live.acts.get("impression", ())) for live in lives),
        "views": sum(len(live.views) for live in lives),
        "viewers": len(set().union(*(live.viewers for live in lives))),
        "total_watch_sec": watched / SECOND,
        "comments": sum(len(live.acts.get("comment", ())) for live in lives),
        "new_follows_gross": sum(len(live.acts.get("follow", ())) for live in lives),
        "sku_orders": len(lines),
        "orders": _orders(lines),
        "gmv": gmv_of(lines, reference),
        "diamonds": _sum(gifts, "diamonds"),
        # open: gifters are all senders, also of 0 diamonds, also without a view; buyers are those
        # with a view in the very LIVE where they bought.
        "gifters": len({gift.viewer_id for gift in gifts}),
        "buyers": len(set().union(*(live.buyers for live in lives))),
        "pcu": max(_peak(live.views, live.room.start, live.room.end) for live in lives),
    }


def creator_days(
    events: Events,
    reference: Reference,
    timezones: Mapping[str, str],
    creators: Mapping[str, str],
) -> dict[tuple[str, date], dict[str, Any]]:
    """Per (creator_id, report date of the LIVE's start); only days with a LIVE.

    `timezones` is the zone of each market, `creators` the market of each creator.
    """
    groups: dict[tuple[str, date], list[Live]] = defaultdict(list)
    for live in all_lives(events):
        groups[live.creator_id, day_of(live, timezones, creators)].append(live)
    return {key: _measures(lives, reference) for key, lives in groups.items()}


def creator_weeks(
    events: Events,
    reference: Reference,
    timezones: Mapping[str, str],
    creators: Mapping[str, str],
) -> dict[tuple[str, date], dict[str, Any]]:
    """Per (creator_id, Monday); a day is valid with at least one LIVE of 1500 s."""
    groups: dict[tuple[str, date], list[Live]] = defaultdict(list)
    for live in all_lives(events):
        groups[live.creator_id, week_of(day_of(live, timezones, creators))].append(live)
    found = {}
    for key, lives in groups.items():
        # open: both by the duration without pauses.
        valid = [live for live in lives if live.duration >= VALID_LIVE]
        found[key] = _measures(lives, reference) | {
            "longest_live_sec": max(live.duration for live in lives) / SECOND,
            "valid_live_days": len({day_of(live, timezones, creators) for live in valid}),
        }
    return found


def market_weeks(
    events: Events,
    reference: Reference,
    timezones: Mapping[str, str],
    creators: Mapping[str, str],
) -> dict[tuple[str | None, date], dict[str, Any]]:
    """Per (creator's market, Monday): the measures of `creator_days`, and `creators_live`."""
    # open: creators of no known market are together in the market None, by weeks in UTC.
    groups: dict[tuple[str | None, date], list[Live]] = defaultdict(list)
    for live in all_lives(events):
        week = week_of(day_of(live, timezones, creators))
        groups[creators.get(live.creator_id), week].append(live)
    return {
        key: _measures(lives, reference)
        | {"creators_live": len({live.creator_id for live in lives})}
        for key, lives in groups.items()
    }


# ---- people ------------------------------------------------------------------------------------


def viewer_creator_weeks(
    events: Events, timezones: Mapping[str, str], creators: Mapping[str, str]
) -> dict[tuple[str, str, date], dict[str, Any]]:
    """Per (viewer_id, creator_id, Monday); `is_new`: no view in any earlier LIVE of the creator."""
    # open: the week is that of the LIVE's start in the creator's market, not of the enter.
    lives_of: dict[tuple[str, str, date], set[str]] = defaultdict(set)
    views_of: dict[tuple[str, str, date], list[View]] = defaultdict(list)
    new: set[tuple[str, str, date]] = set()
    known: set[tuple[str, str]] = set()
    for live in all_lives(events):
        week = week_of(day_of(live, timezones, creators))
        for view in live.views:
            key = (view.viewer_id, live.creator_id, week)
            # open: in the week of the first LIVE all is new, whatever follows in that week.
            if key[:2] not in known:
                known.add(key[:2])
                new.add(key)
            lives_of[key].add(live.live_id)
            views_of[key].append(view)
    return {
        key: {
            "lives_watched": len(lives_of[key]),
            "views": len(seen),
            "total_watch_sec": sum((view.watched for view in seen), start=NOTHING) / SECOND,
            "is_new": key in new,
        }
        for key, seen in views_of.items()
    }


def audience_of_live(events: Events) -> dict[str, dict[str, Any]]:
    """Per live_id how many of its viewers were in the creator's LIVEs before and after it."""
    by_creator: dict[str, list[Live]] = defaultdict(list)
    for live in all_lives(events):
        by_creator[live.creator_id].append(live)
    found: dict[str, dict[str, Any]] = {}
    for lives in by_creator.values():
        # A viewer's views in the latest LIVE so far that he visited.
        latest: dict[str, list[View]] = {}
        for place, live in enumerate(lives):
            before = lives[place - 1] if place > 0 else None
            after = lives[place + 1] if place + 1 < len(lives) else None
            start = live.room.start
            # open: any enter into that LIVE counts, both bounds included; where LIVEs overlap, one
            # after this LIVE's start does not.
            returning = [
                viewer_id
                for viewer_id in live.viewers
                if any(
                    start - RETURN_WINDOW <= view.start <= start
                    for view in latest.get(viewer_id, ())
                )
            ]
            found[live.live_id] = {
                "new_viewers": len(live.viewers - latest.keys()),
                "returning_viewers_30d": len(returning),
                # open: None for a creator's first LIVE, as prev_live_carryover is.
                "previous_live_viewers": len(live.viewers & before.viewers) if before else None,
                "next_live_viewers": len(live.viewers & after.viewers) if after else None,
            }
            own: dict[str, list[View]] = defaultdict(list)
            for view in live.views:
                own[view.viewer_id].append(view)
            latest.update(own)
    return found


def gift_concentration(events: Events) -> dict[str, dict[str, Any]]:
    """Per live_id how evenly its diamonds come from its gifters."""
    found: dict[str, dict[str, Any]] = {}
    for live in all_lives(events):
        sent: dict[str | None, int] = defaultdict(int)
        for gift in live.acts.get("gift", ()):
            sent[gift.viewer_id] += gift.get("diamonds") or 0
        amounts = sorted(sent.values())
        count, total = len(amounts), sum(amounts)
        row: dict[str, Any] = {"gifters": count}
        # open: the shares too need 5 gifters, and all three a diamond; gifters of nothing but 0
        # diamonds count as gifters.
        if count < MIN_GIFTERS or total == 0:
            row |= {"gini": None, "top1_share": None, "top10_share": None}
        else:
            weighted = sum((2 * n - count - 1) * x for n, x in enumerate(amounts, start=1))
            # open: 1 and 10 are gifters, not per cent of them.
            row |= {
                "gini": float(Fraction(weighted, count * total)),
                "top1_share": float(Fraction(amounts[-1], total)),
                "top10_share": float(Fraction(sum(amounts[-10:]), total)),
            }
        found[live.live_id] = row
    return found


def retention(events: Events) -> dict[tuple[str | None, date], dict[str, Any]]:
    """Per (market, first view's UTC date): the viewers, and those with a view N days later.

    `retained_d<N>` is None until the date of the latest event lies after the N-th day.
    """
    market_of = {event.event_id: event.market for event in events.accepted}
    # open: a view is active on the date of its enter alone.
    days: dict[str, set[date]] = defaultdict(set)
    cohorts: dict[tuple[str | None, date], list[str]] = defaultdict(list)
    # open: of several first enters at one instant the one with the smaller (live_id, event_id).
    for view in sorted(oracle.views(events), key=lambda v: (v.start, v.live_id, v.event_id)):
        if view.viewer_id not in days:
            # open: the market is the one on that enter; a later enter does not supply it.
            cohorts[market_of[view.event_id], view.start.date()].append(view.viewer_id)
        days[view.viewer_id].add(view.start.date())
    # open: every accepted event moves as-of, also one of an unknown type.
    as_of = max((event.ts for event in events.accepted), default=oracle.EPOCH).date()
    found: dict[tuple[str | None, date], dict[str, Any]] = {}
    for (market, first), viewers in cohorts.items():
        row: dict[str, Any] = {"viewers": len(viewers)}
        for number in RETENTION_DAYS:
            day = first + timedelta(days=number)
            again = sum(day in days[viewer_id] for viewer_id in viewers)
            row[f"retained_d{number}"] = again if as_of > day else None
        found[market, first] = row
    return found
