"""What viewers do inside a view, apart from shopping: comments, likes, follows, gifts and so on.

Belongs here: acts that fall inside the actor's view, and what they entail.
Does not belong here: the way into the room (views), clicks and orders (commerce).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.batch import Batch
from simulator.ids import DAY_US, MINUTE_US, SECOND_US, BoolArray, FloatArray, IntArray, dated_ids
from simulator.minutes import GIVEAWAY_TASKS, TASK_SHARES, Minutes
from simulator.views import Views, draw_audience, follows_from_start, is_fan
from simulator.world import GIFTS, World

# Comments have their event ids from a range of their own, because other events name them.
COMMENT_SEQUENCE = 2**31


@dataclass(frozen=True)
class Follows:
    """The first follow of each pair of creator and viewer; `left` is the unfollow or -1."""

    key: IntArray
    ts: IntArray
    left: IntArray

    def is_follower(
        self, world: World, creator: IntArray, viewer: IntArray, ts: IntArray
    ) -> IntArray:
        """1 where the viewer follows the creator at that moment, else 0."""
        followed = follows_from_start(world, creator, viewer)
        if len(self.key):
            key = pair_key(creator, viewer)
            at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
            is_known = self.key[at] == key
            is_gone = (self.left[at] >= 0) & (self.left[at] <= ts)
            followed = followed | (is_known & (self.ts[at] <= ts) & ~is_gone)
        return followed.astype(np.int64)


def pair_key(creator: IntArray, viewer: IntArray) -> IntArray:
    return (creator << 40) | viewer


def spread(
    rng: np.random.Generator,
    views: Views,
    expected: FloatArray,
    minutes: Minutes,
    factor: FloatArray | None = None,
) -> tuple[IntArray, IntArray, IntArray]:
    """Acts inside views: position of the view, instant and minute row.

    `expected` acts for each view at a factor of 1, more or fewer as the minute's `factor` says.
    """
    highest = 1.0 if factor is None else float(factor.max())
    at = np.repeat(np.arange(len(views)), rng.poisson(expected * highest))
    width = views.leave[at] - views.enter[at]
    ts = views.enter[at] + (rng.random(len(at)) * width).astype(np.int64)
    row = minutes.of(views.live[at], ts)
    if factor is None:
        return at, ts, row
    keep = rng.random(len(at)) < factor[row] / highest
    return at[keep], ts[keep], row[keep]


def exposure(world: World, views: Views) -> FloatArray:
    """Minutes to act in; a creator whose planted truth is short views is not punished twice."""
    return views.minutes / world.factors["avg_watch_sec_per_view"][views.creator]


def _batch(event_type: str, views: Views, at: IntArray, ts: IntArray, **payload: IntArray) -> Batch:
    return Batch(
        event_type, ts, views.creator[at], views.live[at], views.viewer[at], payload=payload
    )


def _is_task(minutes: Minutes, row: IntArray, task: str) -> BoolArray:
    is_task: BoolArray = minutes.giveaway_task[row] == GIVEAWAY_TASKS.index(task)
    return is_task


def draw_follows(
    world: World, rng: np.random.Generator, views: Views, minutes: Minutes
) -> tuple[Follows, list[Batch]]:
    """Follows by non-followers only, the later unfollows, and both as batches."""
    expected = np.full(len(views), 0.04) + 0.01 * np.minimum(exposure(world, views), 10)
    at, ts, row = spread(rng, views, expected, minutes, minutes.follow_factor)
    new = ~follows_from_start(world, views.creator[at], views.viewer[at])
    at, ts, row = at[new], ts[new], row[new]
    key = pair_key(views.creator[at], views.viewer[at])
    order = np.lexsort((ts, key))
    at, ts, row, key = at[order], ts[order], row[order], key[order]
    is_first = np.ones(len(key), dtype=np.bool_)
    is_first[1:] = key[1:] != key[:-1]
    at, ts, row, key = at[is_first], ts[is_first], row[is_first], key[is_first]
    is_task = _is_task(minutes, row, "follow") & (rng.random(len(at)) < TASK_SHARES["follow"])
    leaves = rng.random(len(at)) < np.where(is_task, 0.3, 0.05)
    later = ts + 5 * MINUTE_US + (rng.exponential(0.5, len(at)) * DAY_US).astype(np.int64)
    left = np.where(leaves, later, -1)
    gone = at[leaves]
    batches = [
        _batch("follow", views, at, ts, source=is_task.astype(np.int64)),
        Batch("unfollow", left[leaves], views.creator[gone], viewer=views.viewer[gone]),
    ]
    return Follows(key, ts, left), batches


def draw_comments(
    world: World, rng: np.random.Generator, views: Views, minutes: Minutes
) -> list[Batch]:
    """Comments, and what follows from some: replies, deletions, moderation."""
    expected = exposure(world, views) * 0.13 * world.factors["comment_rate"][views.creator]
    at, ts, row = spread(rng, views, expected, minutes, minutes.comment_factor)
    amount = len(at)
    is_task = _is_task(minutes, row, "comment") & (rng.random(amount) < TASK_SHARES["comment"])
    is_question = (rng.random(amount) < 0.14) & ~is_task
    ids = dated_ids(ts, COMMENT_SEQUENCE + np.arange(amount))
    live, creator, viewer = views.live[at], views.creator[at], views.viewer[at]
    length = np.minimum(150, rng.geometric(0.06, amount))
    comments = Batch(
        "comment",
        ts,
        creator,
        live,
        viewer,
        payload={
            "length": length,
            "is_question": is_question.astype(np.int64),
            "source": is_task.astype(np.int64),
        },
        event_ids=ids,
    )
    end = minutes.end_us[live]
    luck = rng.random(amount)
    reply_ts = ts + (rng.lognormal(3.4, 0.7, amount) * SECOND_US).astype(np.int64)
    replied = is_question & (luck < 0.45) & (reply_ts < end)
    deleted = (luck > 0.98) | (np.arange(amount) == 0)
    delete_ts = ts + rng.integers(2 * SECOND_US, 120 * SECOND_US, amount)
    acted = deleted & (rng.random(amount) < 0.5) | (np.arange(amount) == 0)
    return [
        comments,
        Batch(
            "creator_reply",
            reply_ts[replied],
            creator[replied],
            live[replied],
            payload={"comment_event_id": ids[replied]},
        ),
        Batch(
            "comment_delete",
            delete_ts[deleted],
            creator[deleted],
            live[deleted],
            payload={"comment_event_id": ids[deleted]},
        ),
        Batch(
            "moderation_action",
            delete_ts[acted] + SECOND_US // 4,
            creator[acted],
            live[acted],
            payload={
                "action": rng.integers(0, 3, int(acted.sum())),
                "target_viewer_id": world.viewer_ids(viewer[acted]),
            },
        ),
    ]


def draw_reactions(
    world: World, rng: np.random.Generator, views: Views, minutes: Minutes
) -> list[Batch]:
    """Likes, shares, giveaway entries, team membership and reports."""
    watched = exposure(world, views)
    batches = []
    at, ts, _ = spread(rng, views, watched * 0.22, minutes)
    taps = np.minimum(60, rng.geometric(0.09, len(at)))
    batches.append(_batch("like", views, at, ts, count=taps))
    at, ts, _ = spread(rng, views, watched * 0.012, minutes)
    batches.append(_batch("share", views, at, ts, target=rng.integers(0, 4, len(at))))

    at, ts, row = spread(rng, views, watched * 0.15, minutes)
    inside = minutes.giveaway[row] >= 0
    at, ts, row = at[inside], ts[inside], row[inside]
    _, first = np.unique(pair_key(minutes.giveaway[row], views.viewer[at]), return_index=True)
    promo = promo_ids(minutes.giveaway[row[first]], minutes.start_us[views.live[at[first]]])
    batches.append(_batch("giveaway_entry", views, at[first], ts[first], promo_id=promo))

    chance = np.where(is_fan(world, views.creator, views.viewer), 0.02, 0.003)
    at, ts, _ = spread(rng, views, chance, minutes)
    _, first = np.unique(pair_key(views.creator[at], views.viewer[at]), return_index=True)
    at, ts = at[first], ts[first]
    batches.append(_batch("team_join", views, at, ts))
    leaves = (rng.random(len(at)) < 0.12) | (np.arange(len(at)) == 0)
    gone = at[leaves]
    later = ts[leaves] + rng.integers(20 * MINUTE_US, 2 * DAY_US, len(gone))
    batches.append(Batch("team_leave", later, views.creator[gone], viewer=views.viewer[gone]))
    at, ts, _ = spread(rng, views, np.full(len(views), 0.002), minutes)
    batches.append(_batch("user_report", views, at, ts, reason=rng.integers(0, 3, len(at))))
    return batches


def draw_gifts(
    world: World, rng: np.random.Generator, views: Views, minutes: Minutes
) -> list[Batch]:
    """Gifts from a few generous viewers, and coins that the platform handed out before."""
    generous = np.where(views.viewer % 10 == 3, 6.0, 0.4)
    is_music = np.array([world.category(c) == "music" for c in range(world.creators)])
    music = np.where(is_music[views.creator], 2.5, 1.0)
    rate = exposure(world, views) * 0.012 * generous * music
    at, ts, _ = spread(rng, views, rate, minutes, minutes.gift_factor)
    gift = rng.choice(len(GIFTS), size=len(at), p=[0.56, 0.2, 0.12, 0.08, 0.03, 0.009, 0.001])
    streak = np.array([it.is_streakable for it in GIFTS])[gift]
    quantity = np.where(streak, np.minimum(99, rng.geometric(0.35, len(at))), 1)
    coins = np.array([it.coins for it in GIFTS])[gift] * quantity
    source = rng.choice(3, size=len(at), p=[0.9, 0.07, 0.03])
    gifts = _batch(
        "gift",
        views,
        at,
        ts,
        gift_id=np.array([it.gift_id for it in GIFTS])[gift],
        quantity=quantity,
        coins=coins,
        diamonds=np.where(source == 0, coins // 2, coins // 4),
        coin_source=source,
    )
    dropped = np.flatnonzero(source == 1)
    drop_ts = np.maximum(ts[dropped] - 5 * SECOND_US, views.enter[at[dropped]])
    drops = _batch("coin_drop", views, at[dropped], drop_ts, coins=coins[dropped])
    return [gifts, drops]


def draw_passers_by(
    world: World, rng: np.random.Generator, views: Views, minutes: Minutes
) -> list[Batch]:
    """A few likes of people who have no view at all: the feed is never perfect."""
    amount = len(views) // 400
    at = rng.integers(0, max(1, len(views)), amount)
    creator, live = views.creator[at], views.live[at]
    viewer = draw_audience(world, rng, creator, 0.1)
    return [
        Batch(
            "like",
            views.enter[at],
            creator,
            live,
            viewer,
            payload={"count": np.ones(amount, dtype=np.int64)},
        )
    ]


def promo_ids(number: IntArray, start_us: IntArray) -> IntArray:
    return dated_ids(start_us, number + 1_000_000)
