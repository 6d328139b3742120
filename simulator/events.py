"""All events of a plan, and how many people it takes to reach a wanted number of them.

Belongs here: the order in which the audience is drawn, and the budget.
Does not belong here: the rates (views, acts, commerce) and files (write).
"""

from __future__ import annotations

import numpy as np

from simulator.acts import (
    Follows,
    draw_comments,
    draw_follows,
    draw_gifts,
    draw_passers_by,
    draw_reactions,
)
from simulator.batch import CHANNEL, Batch
from simulator.commerce import draw_commerce
from simulator.ids import DAY_US, HOUR_US, MINUTE_US, IntArray, dated_ids
from simulator.lives import Live
from simulator.minutes import Minutes
from simulator.rooms import counter_batches, host_batches, notice_batches
from simulator.views import Impressions, Views, draw_impressions, draw_notices, draw_views
from simulator.world import World

VIEW_SEQUENCE = 1
_PILOT_SHARE = 8
_MINIMUM_IMPRESSIONS = 200


def draw_events(
    world: World, lives: tuple[Live, ...], minutes: Minutes, *, seed: int, wanted: int, days: int
) -> list[Batch]:
    """About `wanted` events; a pilot run tells how many events an impression entails."""
    few = max(_MINIMUM_IMPRESSIONS, wanted // _PILOT_SHARE)
    pilot = _draw(world, lives, minutes, seed, few, days)
    rooms = {"viewer_count", "bag_update", "product_pin", "product_unpin", "league_snapshot"}
    fixed = sum(len(it) for it in pilot if it.event_type in rooms) + 8 * len(lives)
    each = (sum(map(len, pilot)) - fixed) / few
    amount = max(_MINIMUM_IMPRESSIONS, int((wanted - fixed) / each))
    return _draw(world, lives, minutes, seed, amount, days)


def _draw(
    world: World, lives: tuple[Live, ...], minutes: Minutes, seed: int, amount: int, days: int
) -> list[Batch]:
    rng = np.random.default_rng([seed, 3])
    seen = draw_impressions(world, rng, lives, minutes, amount)
    notices = draw_notices(world, rng, lives, amount)
    views = draw_views(world, rng, lives, minutes, seen, notices)
    follows, follow_batches = draw_follows(world, rng, views, minutes)
    gifts, drops = draw_gifts(world, rng, views, minutes)
    batches = [
        *_way_in(world, lives, seen, views, follows),
        *follow_batches,
        *draw_comments(world, rng, views, minutes),
        *draw_reactions(world, rng, views, minutes),
        gifts,
        drops,
        *draw_commerce(world, rng, lives, views, minutes),
        *draw_passers_by(world, rng, views, minutes),
        *notice_batches(lives, notices),
        *counter_batches(world, lives, views, minutes, follows),
        *host_batches(world, lives, gifts, seed),
    ]
    horizon = horizon_us(lives, days)
    return [batch for batch in (it.until(horizon) for it in batches) if len(batch)]


def horizon_us(lives: tuple[Live, ...], days: int) -> int:
    """When the last dump was taken: what happens later has not happened yet."""
    first_day = lives[0].start_us // DAY_US * DAY_US
    last_end = max(live.end_us for live in lives)
    return max(first_day + days * DAY_US, last_end + HOUR_US + 5 * MINUTE_US)


def _way_in(
    world: World, lives: tuple[Live, ...], seen: Impressions, views: Views, follows: Follows
) -> list[Batch]:
    """Impressions, entries and leaves as events; follower status is the one at that moment."""
    creator = np.array([live.creator for live in lives])[seen.live]
    view_id = dated_ids(views.enter, VIEW_SEQUENCE + np.arange(len(views)))
    live_ids = np.array([live.live_id for live in lives])
    referrer = np.where(views.referrer >= 0, live_ids[views.referrer], -1)
    left = views.has_leave
    return [
        Batch(
            "impression",
            seen.ts,
            creator,
            seen.live,
            seen.viewer,
            seen.channel,
            follows.is_follower(world, creator, seen.viewer, seen.ts),
            {"is_paid": _is_paid(seen.channel)},
        ),
        Batch(
            "room_enter",
            views.enter,
            views.creator,
            views.live,
            views.viewer,
            views.channel,
            follows.is_follower(world, views.creator, views.viewer, views.enter),
            {
                "view_id": view_id,
                "is_paid": _is_paid(views.channel),
                "referrer_live_id": referrer,
            },
        ),
        Batch(
            "room_leave",
            views.leave[left],
            views.creator[left],
            views.live[left],
            views.viewer[left],
            payload={"view_id": view_id[left]},
        ),
    ]


def _is_paid(channel: IntArray) -> IntArray:
    is_paid: IntArray = (channel == CHANNEL["ads"]).astype(np.int64)
    return is_paid
