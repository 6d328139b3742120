"""Who sees a LIVE and who enters it: impressions, notifications, registrations and views.

Belongs here: the way into the room, and how long a view lasts.
Does not belong here: what viewers do inside (acts, commerce).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.batch import CHANNEL
from simulator.ids import HOUR_US, MINUTE_US, SECOND_US, BoolArray, FloatArray, IntArray
from simulator.lives import Live
from simulator.minutes import AD_SHARE, Minutes
from simulator.world import MARKETS, World

# Share of impressions and the share of them that enters, for each channel with a surface.
_SURFACES = {
    "fyp": (0.68, 0.20),
    "following": (0.11, 0.45),
    "search": (0.05, 0.40),
    "short_video": (0.05, 0.30),
    "shop": (0.07, 0.35),
    "ads": (0.02, 0.14),
    "other": (0.02, 0.20),
}
DIRECT_SHARE = 0.035
_DIRECT = {"profile": 0.35, "share": 0.35, "search": 0.15, "short_video": 0.15}


@dataclass(frozen=True)
class Impressions:
    live: IntArray
    ts: IntArray
    viewer: IntArray
    channel: IntArray


@dataclass(frozen=True)
class Notices:
    """Notifications (`opened` is -1 where nobody opened) and registrations, as columns."""

    live: IntArray
    viewer: IntArray
    sent: IntArray
    opened: IntArray
    kind: IntArray
    event_live: IntArray
    event_viewer: IntArray
    event_ts: IntArray


@dataclass(frozen=True)
class Views:
    """Room entries, sorted by LIVE, viewer and entry; `leave` is where watching really stops."""

    live: IntArray
    creator: IntArray
    viewer: IntArray
    enter: IntArray
    leave: IntArray
    has_leave: BoolArray
    channel: IntArray
    referrer: IntArray

    def __len__(self) -> int:
        return len(self.live)

    @property
    def minutes(self) -> FloatArray:
        return (self.leave - self.enter) / MINUTE_US


def err_factor_of_ads() -> float:
    """What the ads' share of impressions leaves of a LIVE's views per impression, roughly.

    Members of the following surface enter 1.5 times as often; direct entries stay as they are.
    """
    usual = sum(
        share * rate * (1.5 if name == "following" else 1.0)
        for name, (share, rate) in _SURFACES.items()
    )
    mixed = (1.0 - AD_SHARE) * usual + AD_SHARE * _SURFACES["ads"][1]
    return (mixed + DIRECT_SHARE) / (usual + DIRECT_SHARE)


def is_fan(world: World, creator: IntArray, viewer: IntArray) -> BoolArray:
    return _place(world, creator, viewer) < world.fans[creator]


def follows_from_start(world: World, creator: IntArray, viewer: IntArray) -> BoolArray:
    return _place(world, creator, viewer) < world.followers[creator]


def _place(world: World, creator: IntArray, viewer: IntArray) -> IntArray:
    """Where a viewer stands in the fan window of a creator; far outside in another market."""
    place = (viewer - world.fan_base[creator]) % world.population
    is_home = viewer // world.population == world.creator_market[creator]
    return np.where(is_home, place, world.population)


def draw_fans(
    world: World, rng: np.random.Generator, creator: IntArray, size: IntArray
) -> IntArray:
    """A fan for each creator, out of the first `size` of the fan window; keen ones more often."""
    place = (size * rng.random(len(creator)) ** 1.5).astype(np.int64)
    viewer = (world.fan_base[creator] + place) % world.population
    return world.creator_market[creator] * world.population + viewer


def draw_strangers(world: World, rng: np.random.Generator, creator: IntArray) -> IntArray:
    market = np.where(
        rng.random(len(creator)) < 0.95,
        world.creator_market[creator],
        rng.integers(0, len(MARKETS), len(creator)),
    )
    place = (world.population * rng.random(len(creator)) ** 1.4).astype(np.int64)
    return market * world.population + place


def draw_audience(
    world: World, rng: np.random.Generator, creator: IntArray, fan_share: FloatArray | float
) -> IntArray:
    fans = draw_fans(world, rng, creator, world.fans[creator])
    strangers = draw_strangers(world, rng, creator)
    return np.where(rng.random(len(creator)) < fan_share, fans, strangers)


def draw_moments(
    rng: np.random.Generator, minutes: Minutes, amount: int
) -> tuple[IntArray, IntArray, IntArray]:
    """LIVE, instant and minute row of `amount` arrivals, spread as the plan's reach says."""
    edges = np.cumsum(minutes.reach)
    row = np.searchsorted(edges, np.sort(rng.random(amount)) * edges[-1], side="right")
    row = np.minimum(row, len(edges) - 1)
    live = np.searchsorted(minutes.offset, row, side="right") - 1
    start = minutes.start_us[live] + (row - minutes.offset[live]) * MINUTE_US
    length = np.minimum(MINUTE_US, minutes.end_us[live] - start)
    return live, start + (rng.random(amount) * length).astype(np.int64), row


def draw_impressions(
    world: World,
    rng: np.random.Generator,
    lives: tuple[Live, ...],
    minutes: Minutes,
    amount: int,
) -> Impressions:
    creator_of = np.array([live.creator for live in lives])
    is_shifted = np.array([live.is_search_shifted for live in lives])
    live, ts, row = draw_moments(rng, minutes, amount)
    creator = creator_of[live]
    codes = np.array([CHANNEL[name] for name in _SURFACES])
    edges = np.cumsum([share for share, _ in _SURFACES.values()])
    channel = codes[np.searchsorted(edges[:-1], rng.random(amount), side="right")]
    luck = rng.random(amount)
    channel = np.where((minutes.has_ad[row] == 1) & (luck < AD_SHARE), CHANNEL["ads"], channel)
    channel = np.where(is_shifted[live] & (luck > 0.6), CHANNEL["search"], channel)
    viewer = draw_audience(world, rng, creator, 0.3)
    followers = draw_fans(world, rng, creator, world.followers[creator])
    viewer = np.where(channel == CHANNEL["following"], followers, viewer)
    return Impressions(live, ts, viewer, channel)


def draw_notices(
    world: World,
    rng: np.random.Generator,
    lives: tuple[Live, ...],
    amount: int,
) -> Notices:
    """Notifications to followers at the start, and registrations for announced LIVEs."""
    creator_of = np.array([live.creator for live in lives])
    start = np.array([live.start_us for live in lives])
    weight = np.array([live.weight for live in lives])
    live = np.repeat(np.arange(len(lives)), rng.poisson(weight * amount * 0.06))
    viewer = draw_fans(world, rng, creator_of[live], world.followers[creator_of[live]])
    live, viewer = _distinct(live, viewer)
    sent = start[live] + rng.integers(-120 * SECOND_US, 60 * SECOND_US, len(live))
    delay = (rng.exponential(90.0, len(live)) * SECOND_US).astype(np.int64) + 2 * SECOND_US
    opened = np.where(rng.random(len(live)) < 0.25, np.maximum(sent, start[live]) + delay, -1)

    created = np.array([live.created_us for live in lives])
    expected = np.where(created > 0, weight * amount * 0.04 + 4, 0.0)
    event_live = np.repeat(np.arange(len(lives)), rng.poisson(expected))
    event_viewer = draw_fans(world, rng, creator_of[event_live], world.fans[creator_of[event_live]])
    event_live, event_viewer = _distinct(event_live, event_viewer)
    span = start[event_live] - created[event_live]
    event_ts = created[event_live] + (span * rng.random(len(event_live))).astype(np.int64)
    kind = rng.integers(0, 2, len(live))
    return Notices(live, viewer, sent, opened, kind, event_live, event_viewer, event_ts)


def _distinct(live: IntArray, viewer: IntArray) -> tuple[IntArray, IntArray]:
    key = np.unique((live << 40) | viewer)
    return key >> 40, key & ((1 << 40) - 1)


def draw_views(
    world: World,
    rng: np.random.Generator,
    lives: tuple[Live, ...],
    minutes: Minutes,
    impressions: Impressions,
    notices: Notices,
) -> Views:
    """Every room entry with its length: from surfaces, direct ones, and returns."""
    creator_of = np.array([live.creator for live in lives])
    entries = [
        _from_impressions(world, rng, creator_of, impressions),
        _direct(world, rng, creator_of, minutes, len(impressions.live)),
        _from_notices(rng, minutes, notices),
    ]
    live, viewer, enter, channel = (
        np.concatenate(columns) for columns in zip(*entries, strict=True)
    )
    referrer = np.full(len(live), -1)
    raided = _from_battles(rng, lives, minutes, live, viewer, enter)
    live, viewer, enter, channel, referrer = (
        np.concatenate([column, more])
        for column, more in zip((live, viewer, enter, channel, referrer), raided, strict=True)
    )
    is_open = enter < minutes.end_us[live] - 2 * SECOND_US
    live, viewer, enter, channel, referrer = (
        column[is_open] for column in (live, viewer, enter, channel, referrer)
    )
    leave = enter + _lengths(world, rng, creator_of[live], viewer)
    gap = (rng.exponential(120.0, len(live)) * SECOND_US).astype(np.int64) + 3 * SECOND_US
    again = (rng.random(len(live)) < 0.1) & (leave + gap < minutes.end_us[live] - 10 * SECOND_US)
    back = leave[again] + gap[again]
    live, viewer, channel, referrer = (
        np.concatenate([column, column[again]]) for column in (live, viewer, channel, referrer)
    )
    leave = np.concatenate(
        [leave, back + _lengths(world, rng, creator_of[live[-len(back) :]], viewer[-len(back) :])]
        if len(back)
        else [leave]
    )
    enter = np.concatenate([enter, back])
    return _settled(rng, minutes, creator_of, (live, viewer, enter, leave, channel, referrer))


def _from_impressions(
    world: World, rng: np.random.Generator, creator_of: IntArray, seen: Impressions
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    rates = np.zeros(len(CHANNEL))
    for name, (_, usual) in _SURFACES.items():
        rates[CHANNEL[name]] = usual
    creator = creator_of[seen.live]
    rate = rates[seen.channel] * world.factors["err"][creator]
    rate = rate * np.where(follows_from_start(world, creator, seen.viewer), 1.5, 1.0)
    enters = rng.random(len(seen.live)) < np.minimum(rate, 0.95)
    wait = rng.integers(SECOND_US // 2, 12 * SECOND_US, int(enters.sum()))
    ts = seen.ts[enters] + wait
    return seen.live[enters], seen.viewer[enters], ts, seen.channel[enters]


def _direct(
    world: World, rng: np.random.Generator, creator_of: IntArray, minutes: Minutes, amount: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    live, ts, _ = draw_moments(rng, minutes, int(amount * DIRECT_SHARE))
    codes = np.array([CHANNEL[name] for name in _DIRECT])
    channel = rng.choice(codes, size=len(live), p=list(_DIRECT.values()))
    fan_share = np.where(channel == CHANNEL["profile"], 0.7, 0.15)
    return live, draw_audience(world, rng, creator_of[live], fan_share), ts, channel


def _from_notices(
    rng: np.random.Generator, minutes: Minutes, notices: Notices
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    opens = (notices.opened >= 0) & (rng.random(len(notices.live)) < 0.8)
    shows = rng.random(len(notices.event_live)) < 0.55
    inbox = notices.opened[opens] + rng.integers(SECOND_US, 6 * SECOND_US, int(opens.sum()))
    wait = (rng.exponential(150.0, int(shows.sum())) * SECOND_US).astype(np.int64)
    event = minutes.start_us[notices.event_live[shows]] + wait + SECOND_US
    channel = np.repeat(
        [CHANNEL["inbox"], CHANNEL["live_event"]], [int(opens.sum()), int(shows.sum())]
    )
    return (
        np.concatenate([notices.live[opens], notices.event_live[shows]]),
        np.concatenate([notices.viewer[opens], notices.event_viewer[shows]]),
        np.concatenate([inbox, event]),
        channel,
    )


def _from_battles(
    rng: np.random.Generator,
    lives: tuple[Live, ...],
    minutes: Minutes,
    live: IntArray,
    viewer: IntArray,
    enter: IntArray,
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Some who entered the opponent's room shortly before or during a battle look over."""
    opponent = np.array([it.battle.opponent if it.battle else -1 for it in lives])
    begin = np.array([it.battle.start_us if it.battle else 0 for it in lives])
    end = np.array([it.battle.end_us if it.battle else 0 for it in lives])
    is_near = (opponent[live] >= 0) & (enter < end[live]) & (enter > begin[live] - HOUR_US // 4)
    goes = np.flatnonzero(is_near & (rng.random(len(live)) < 0.15))
    ts = np.maximum(enter[goes], begin[live[goes]])
    ts = ts + rng.integers(20 * SECOND_US, 300 * SECOND_US, len(goes))
    target = opponent[live[goes]]
    channel = np.full(len(goes), CHANNEL["other"])
    return target, viewer[goes], ts, channel, live[goes]


def _lengths(
    world: World, rng: np.random.Generator, creator: IntArray, viewer: IntArray
) -> IntArray:
    """Watch time in microseconds: every fourth view bounces, the rest has a long tail."""
    amount = len(creator)
    keen = np.where(is_fan(world, creator, viewer), 1.8, 1.0)
    stays = np.exp(rng.normal(np.log(80.0), 1.2, amount)) * keen
    stays = stays * world.factors["avg_watch_sec_per_view"][creator]
    seconds = np.where(rng.random(amount) < 0.25, rng.uniform(1.0, 10.0, amount), stays + 1.0)
    return (seconds * SECOND_US).astype(np.int64)


def _settled(
    rng: np.random.Generator,
    minutes: Minutes,
    creator_of: IntArray,
    columns: tuple[IntArray, ...],
) -> Views:
    """Sort the views and end each at the viewer's next entry or the LIVE's end at the latest."""
    order = np.lexsort((columns[2], columns[1], columns[0]))
    live, viewer, enter, leave, channel, referrer = (column[order] for column in columns)
    has_next = np.zeros(len(live), dtype=np.bool_)
    has_next[:-1] = (live[1:] == live[:-1]) & (viewer[1:] == viewer[:-1])
    following = np.where(has_next, np.roll(enter, -1) - 1000, np.iinfo(np.int64).max)
    end = minutes.end_us[live]
    is_cut = leave >= end
    leave = np.maximum(np.minimum(np.minimum(leave, end), following), enter)
    luck = rng.random(len(live))
    has_leave = np.where(is_cut, luck < 0.5, luck < 0.98)
    return Views(live, creator_of[live], viewer, enter, leave, has_leave, channel, referrer)
