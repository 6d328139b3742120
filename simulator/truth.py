"""What was planted, in plain data: the answers that the marts should find again.

Belongs here: effects, offenders and changes, read off the plan.
Does not belong here: anything measured on the events.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator import minutes as planted
from simulator.ids import MINUTE_US
from simulator.lives import Live
from simulator.rooms import promo_id, violation_id
from simulator.views import err_factor_of_ads
from simulator.world import BAG_SIZE, World

Record = dict[str, object]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def planted_truth(world: World, lives: tuple[Live, ...]) -> Record:
    """Dips and lifts for each LIVE, offenders and changes for each creator, LIVEs past midnight.

    `factor` multiplies the metric's rate between `start_ts` and `end_ts`; `reach_share` is the
    LIVE's share of all impressions: the bigger, the clearer the effect shows. What happens in the
    room (clicks, comments, follows, gifts) has its rate per viewer and minute. `also` names what
    falls along: orders come of clicks, clicks of viewers, viewers of impressions.
    """
    return {
        "effects": [effect for live in lives for effect in _effects(world, live)],
        # Reach swings by this share within a LIVE: no dip of its own, but it deepens or hides one.
        "breath": planted.BREATH,
        "offenders": [
            {
                "creator_id": str(world.creator_ids[creator]),
                "market": world.market(creator).code,
                "category": world.category(creator),
                "metric": metric,
                "factor": factor,
                "live_ids": [str(live.live_id) for live in lives if live.creator == creator],
            }
            for creator, metric, factor in world.offenders()
        ],
        "changes": [
            *_change(
                world, lives, "search_view_share", [it for it in lives if it.is_search_shifted]
            ),
            *_change(world, lives, "ctor", [it for it in lives if it.order_factor != 1.0]),
        ],
        "lives_across_midnight_utc": [
            str(live.live_id)
            for live in lives
            if _instant(live.start_us).date() != _instant(live.end_us).date()
        ],
    }


def _effects(world: World, live: Live) -> list[Record]:
    effects = []

    def add(
        kind: str,
        direction: str,
        metric: str,
        start: int,
        end: int,
        factor: float,
        **subject: object,
    ) -> None:
        effects.append(
            {
                "live_id": str(live.live_id),
                "kind": kind,
                "direction": direction,
                "metric": metric,
                "factor": factor,
                "start_ts": _spelled(start),
                "end_ts": _spelled(end),
                "reach_share": round(live.weight, 6),
                **subject,
            }
        )

    if live.violation:
        hit = live.violation
        begin, end = live.at(hit.minute), live.at(hit.end)
        subject = {"violation_id": str(violation_id(live)), "also": ["gmv"]}
        add("violation", "dip", "impressions", begin, end, hit.factor, **subject)
    for pin in live.pins:
        subject = {"product_id": str(world.product_ids[pin.product])}
        fresh = min(pin.end, pin.start + planted.PIN_FRESH_MINUTES)
        begin, end = live.at(pin.start), live.at(fresh)
        add("pin", "lift", "live_ctr", begin, end, planted.PIN_FRESH_FACTOR, **subject)
    for start, stop in _unpinned(live):
        begin, end = live.at(start), live.at(stop)
        also = ["gmv", "watch_gpm"]
        add("unpinned", "dip", "live_ctr", begin, end, planted.UNPINNED_FACTOR, also=also)
    for promo in live.promos:
        subject = {"promo_id": str(promo_id(live, promo))}
        begin, end = live.at(promo.start), live.at(promo.end)
        if promo.kind == "flash_sale":
            # The room's CTOR: clicks on the other products convert as ever.
            share = planted.PINNED_SHARE + (1 - planted.PINNED_SHARE) / BAG_SIZE
            factor = round(share * planted.FLASH_SALE_FACTOR + 1 - share, 6)
            product = {"product_factor": planted.FLASH_SALE_FACTOR}
            add("flash_sale", "lift", "ctor", begin, end, factor, **subject, **product)
        elif promo.kind == "ad":
            factor = round(err_factor_of_ads(), 6)
            add("ad", "dip", "err", begin, end, factor, **subject)
        elif promo.kind == "giveaway":
            metric = {"follow": "follow_rate", "comment": "comment_rate"}[promo.task]
            organic = planted.GIVEAWAY_FACTOR * (1 - planted.TASK_SHARES[promo.task])
            task = {"organic_factor": round(organic, 6)}
            add("giveaway", "lift", metric, begin, end, planted.GIVEAWAY_FACTOR, **subject, **task)
    if live.battle:
        begin, end = live.battle.start_us, live.battle.end_us
        add("battle", "lift", "diamonds_per_minute", begin, end, planted.BATTLE_FACTOR)
    return effects


def _unpinned(live: Live) -> list[tuple[int, int]]:
    """Stretches of at least five minutes without a pin, before the first and after the last too."""
    pins = sorted((pin.start, pin.end) for pin in live.pins if pin.end > pin.start)
    edges = [*pins, (live.minutes, live.minutes)]
    stretches, until = [], 0
    for start, end in edges:
        if live.at(start) - live.at(until) >= 5 * MINUTE_US:
            stretches.append((until, start))
        until = max(until, end)
    return stretches


def _change(world: World, lives: tuple[Live, ...], metric: str, after: list[Live]) -> list[Record]:
    """What the creator of the LIVEs `after` changed from the first of them on."""
    if not after:
        return []
    creator = after[0].creator
    return [
        {
            "creator_id": str(world.creator_ids[creator]),
            "metric": metric,
            "direction": "up",
            "from_ts": _spelled(min(live.start_us for live in after)),
            "live_ids_before": [
                str(live.live_id) for live in lives if live.creator == creator and live not in after
            ],
            "live_ids_after": [str(live.live_id) for live in after],
        }
    ]


def _instant(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


def _spelled(us: int) -> str:
    return f"{_instant(us):%Y-%m-%dT%H:%M:%S.%f}Z"
