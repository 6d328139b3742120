"""What happens in a room without a viewer: the host's acts, the platform's, and the counters.

Belongs here: events of types without viewer_id, and the notices that go to viewers.
Does not belong here: acts of viewers (acts, commerce).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from simulator.acts import Follows, promo_ids
from simulator.batch import Batch, Column
from simulator.ids import DAY_US, HOUR_US, MINUTE_US, SECOND_US, IntArray, dated_ids
from simulator.lives import VIOLATIONS, Live, Span
from simulator.minutes import Minutes
from simulator.views import Notices, Views
from simulator.world import GROUPS, World

_LEAGUES = ("A", "B", "C", "D")


@dataclass
class _Rows:
    """Events collected one by one; the room's own are few."""

    ts: list[int] = field(default_factory=list)
    creator: list[int] = field(default_factory=list)
    live: list[int] = field(default_factory=list)
    payload: dict[str, list[int | str | None]] = field(default_factory=lambda: defaultdict(list))


class _Log:
    def __init__(self) -> None:
        self._rows: dict[str, _Rows] = defaultdict(_Rows)

    def add(
        self, event_type: str, ts: int, creator: int, live: int, **payload: int | str | None
    ) -> None:
        rows = self._rows[event_type]
        rows.ts.append(ts)
        rows.creator.append(creator)
        rows.live.append(live)
        for name, value in payload.items():
            rows.payload[name].append(value)

    def batches(self) -> list[Batch]:
        return [
            Batch(
                event_type,
                np.array(rows.ts),
                np.array(rows.creator),
                np.array(rows.live),
                payload={name: _column(values) for name, values in rows.payload.items()},
            )
            for event_type, rows in self._rows.items()
        ]


def _column(values: list[int | str | None]) -> Column:
    is_text = any(isinstance(value, str) or value is None for value in values)
    return np.array(values, dtype=object if is_text else np.int64)


def _number(base_us: int, number: int) -> int:
    return int(dated_ids(np.array([base_us]), np.array([number]))[0])


def promo_id(live: Live, promo: Span) -> int:
    return int(promo_ids(np.array([promo.number]), np.array([live.start_us]))[0])


def live_event_id(live: Live) -> int:
    return _number(live.created_us, 500_000 + live.live_event)


def violation_id(live: Live) -> int:
    return _number(live.start_us, 600_000 + live.index)


def host_batches(world: World, lives: tuple[Live, ...], gifts: Batch, seed: int) -> list[Batch]:
    """Everything hosts do, from the announcement to the end, with the scores of battles."""
    rng = np.random.default_rng([seed, 4])
    log = _Log()
    scores = _battle_scores(lives, gifts)
    for live in lives:
        creator, index = live.creator, live.index
        has_event = live.live_event >= 0
        log.add(
            "live_start",
            live.start_us,
            creator,
            index,
            title=f"{world.category(creator).title()} LIVE {index}",
            category=world.category(creator),
            device=live.device,
            language=world.market(creator).language,
            live_event_id=live_event_id(live) if has_event else -1,
            sponsor=live.sponsor,
        )
        reason = "host_left" if index % 7 else "connection_lost"
        log.add("live_end", live.end_us, creator, index, reason=reason)
        _announce(world, rng, log, live)
        _sell(world, log, live)
        _stage(log, live, scores)
        if live.violation:
            kind, policy, severity, action = VIOLATIONS[live.violation.kind]
            log.add(
                "violation",
                live.at(live.violation.minute),
                creator,
                index,
                violation_id=violation_id(live),
                violation_type=kind,
                policy=policy,
                severity=severity,
                action=action,
            )
    return log.batches()


def _announce(world: World, rng: np.random.Generator, log: _Log, live: Live) -> None:
    if live.live_event >= 0:
        scheduled = datetime.fromtimestamp(live.scheduled_us // SECOND_US, UTC)
        log.add(
            "live_event_created",
            live.created_us,
            live.creator,
            -1,
            live_event_id=live_event_id(live),
            scheduled_ts=f"{scheduled:%Y-%m-%dT%H:%M:%SZ}",
        )
    if live.has_promo_post:
        log.add(
            "promo_post",
            live.start_us - int(rng.integers(1, 10) * HOUR_US),
            live.creator,
            -1,
            video_id=_number(live.start_us, 700_000 + live.index),
            views=int(rng.lognormal(8.0, 1.0)),
            hashtags=f"#live #{world.category(live.creator)}",
        )


def _sell(world: World, log: _Log, live: Live) -> None:
    creator, index = live.creator, live.index
    for position, product in enumerate(world.bags[creator]):
        product_id = int(world.product_ids[product])
        ts = live.start_us + (position + 1) * SECOND_US
        log.add(
            "bag_update",
            ts,
            creator,
            index,
            product_id=product_id,
            action="add",
            position=position + 1,
        )
    last = int(world.product_ids[world.bags[creator, -1]])
    if index % 3 == 0:
        ts = live.at(live.minutes // 2)
        log.add("bag_update", ts, creator, index, product_id=last, action="move", position=1)
    elif index % 3 == 1:
        ts = live.at(live.minutes - 2)
        log.add("bag_update", ts, creator, index, product_id=last, action="remove", position=8)
    for pin in live.pins:
        product_id = int(world.product_ids[pin.product])
        log.add("product_pin", live.at(pin.start), creator, index, product_id=product_id)
        log.add("product_unpin", live.at(pin.end), creator, index, product_id=product_id)
    for promo in live.promos:
        has_price = promo.price_minor >= 0
        product_id = int(world.product_ids[promo.product]) if promo.product >= 0 else -1
        same: dict[str, int | str | None] = {
            "promo_id": promo_id(live, promo),
            "kind": promo.kind,
            "product_id": product_id,
        }
        log.add(
            "promo_start",
            live.at(promo.start),
            creator,
            index,
            price_minor=promo.price_minor,
            list_price_minor=int(world.price_minor[promo.product]) if has_price else -1,
            currency=(
                world.market(creator).currency if has_price or promo.spend_minor >= 0 else None
            ),
            task=promo.task,
            spend_minor=promo.spend_minor,
            **same,
        )
        log.add("promo_end", live.at(promo.end), creator, index, **same)


def _stage(log: _Log, live: Live, scores: dict[int, int]) -> None:
    creator, index = live.creator, live.index
    for pause in live.pauses:
        log.add("live_pause", live.at(pause.start), creator, index)
        log.add("live_resume", live.at(pause.end), creator, index)
    for guest in live.guests:
        guest_id = _number(live.start_us, 800_000 + guest.number)
        log.add("guest_join", live.at(guest.start), creator, index, guest_id=guest_id)
        log.add("guest_leave", live.at(guest.end), creator, index, guest_id=guest_id)
    battle = live.battle
    if battle is None:
        return
    battle_id = _number(battle.start_us, 900_000 + battle.number)
    same = {"battle_id": battle_id, "side": battle.side}
    own, other = scores[index], scores[battle.opponent]
    log.add("battle_start", battle.start_us, creator, index, **same)
    log.add(
        "battle_end",
        battle.end_us,
        creator,
        index,
        score=own,
        result="win" if own > other else "loss" if own < other else "draw",
        **same,
    )


def _battle_scores(lives: tuple[Live, ...], gifts: Batch) -> dict[int, int]:
    """Score of each side: its diamonds in the battle, times the side's power-up."""
    assert gifts.live is not None
    scores = {}
    for live in lives:
        if live.battle:
            battle = live.battle
            inside = (gifts.ts >= battle.start_us) & (gifts.ts <= battle.end_us)
            inside &= gifts.live == live.index
            diamonds = int(gifts.payload["diamonds"][inside].sum())
            scores[live.index] = int(diamonds * battle.power)
    return scores


def counter_batches(
    world: World, lives: tuple[Live, ...], views: Views, minutes: Minutes, follows: Follows
) -> list[Batch]:
    """Samples of the concurrent viewers, follower counts, and one league table a day."""
    creator_of = np.array([live.creator for live in lives])
    row = np.arange(1, int(minutes.count.sum()), 2)
    live = np.searchsorted(minutes.offset, row, side="right") - 1
    ts = minutes.start_us[live] + (row - minutes.offset[live]) * MINUTE_US
    is_running = ts < minutes.end_us[live]
    live, ts = live[is_running], ts[is_running]
    entered = np.sort(_within(views.live, views.enter, minutes))
    left = np.sort(_within(views.live, views.leave, minutes))
    now = _within(live, ts, minutes)
    viewers = np.searchsorted(entered, now, side="right")
    viewers = viewers - np.searchsorted(left, now, side="right")
    samples = Batch("viewer_count", ts, creator_of[live], live, payload={"viewers": viewers})

    both = np.repeat(np.arange(len(lives)), 2)
    at_end = np.tile([0, 1], len(lives)) == 1
    count_ts = np.where(
        at_end, minutes.end_us[both] - SECOND_US // 10, minutes.start_us[both] + SECOND_US // 10
    )
    gained = _count_until(follows.key >> 40, follows.ts, creator_of[both], count_ts)
    gone = follows.left >= 0
    lost = _count_until(follows.key[gone] >> 40, follows.left[gone], creator_of[both], count_ts)
    total = (world.followers + world.followers_outside)[creator_of[both]] + gained - lost
    counts = Batch("follower_count", count_ts, creator_of[both], both, payload={"followers": total})
    return [samples, counts, *_leagues(world, lives)]


def _within(live: IntArray, ts: IntArray, minutes: Minutes) -> IntArray:
    """One sortable number for LIVE and instant; a LIVE is shorter than 2**36 microseconds."""
    into: IntArray = np.maximum(ts - minutes.start_us[live], 0)
    return (live << 36) | into


def _count_until(
    creators: IntArray, times: IntArray, creator: IntArray, until: IntArray
) -> IntArray:
    known = np.sort((creators << 51) | times)
    first = np.searchsorted(known, creator << 51)
    last = np.searchsorted(known, (creator << 51) | until, side="right")
    return np.subtract(last, first, dtype=np.int64)


def _leagues(world: World, lives: tuple[Live, ...]) -> list[Batch]:
    """One snapshot of every creator at the end of each day."""
    first_us = lives[0].start_us // DAY_US * DAY_US if lives else 0
    days = max((live.day for live in lives), default=-1) + 1
    log = _Log()
    for day in range(days):
        ts = first_us + day * DAY_US + 23 * HOUR_US + 55 * MINUTE_US
        for group in range(len(GROUPS)):
            members = np.flatnonzero(world.creator_group == group)
            order = members[np.argsort(-world.creator_weight[members], kind="stable")]
            for place, creator in enumerate(np.roll(order, day % 2)):
                league = _LEAGUES[min(place * len(_LEAGUES) // len(order), 3)]
                log.add("league_snapshot", ts, int(creator), -1, league=league, rank=place + 1)
    return log.batches()


def notice_batches(lives: tuple[Live, ...], notices: Notices) -> list[Batch]:
    """Notifications and registrations as events."""
    creator_of = np.array([live.creator for live in lives])
    events = np.array([live_event_id(it) if it.live_event >= 0 else -1 for it in lives])
    opened = notices.opened >= 0
    live, creator = notices.live, creator_of[notices.live]
    return [
        Batch(
            "notification_sent",
            notices.sent,
            creator,
            live,
            notices.viewer,
            payload={"kind": notices.kind},
        ),
        Batch(
            "notification_open",
            notices.opened[opened],
            creator[opened],
            live[opened],
            notices.viewer[opened],
            payload={"kind": notices.kind[opened]},
        ),
        Batch(
            "live_event_registration",
            notices.event_ts,
            creator_of[notices.event_live],
            viewer=notices.event_viewer,
            payload={"live_event_id": events[notices.event_live]},
        ),
    ]
