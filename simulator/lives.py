"""The plan of every LIVE: when it runs, how big it gets and what its host does in it.

Belongs here: schedule, pins, promotions, violations, battles, guests and pauses, in whole minutes.
Does not belong here: the audience (views, acts, commerce) and the events as such (rooms).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from simulator.ids import DAY_US, MINUTE_US, SECOND_US, dated_ids
from simulator.world import BAG_SIZE, World

DEVICES = ("mobile", "mobile", "mobile", "desktop")
SPONSORS = ("Acme Audio", "Kirei Cosmetics", "Northwind")
VIOLATIONS = (
    ("misleading_claim", "product_claims", "medium", "traffic_limit"),
    ("counterfeit", "intellectual_property", "high", "traffic_limit"),
    ("off_platform_contact", "fair_trade", "medium", "warning"),
    ("music_copyright", "intellectual_property", "low", "warning"),
)


@dataclass(frozen=True)
class Span:
    """Something that lasts from minute `start` to minute `end` of its LIVE."""

    kind: str
    start: int
    end: int
    number: int = 0
    product: int = -1
    price_minor: int = -1
    task: str = "none"
    spend_minor: int = -1


@dataclass(frozen=True)
class Battle:
    number: int
    side: int
    opponent: int
    start_us: int
    end_us: int
    power: float


@dataclass(frozen=True)
class Violation:
    """A violation at minute `minute`; impressions are `factor` of normal up to minute `end`."""

    number: int
    kind: int
    minute: int
    end: int
    factor: float


@dataclass(frozen=True)
class Live:
    """One LIVE; `weight` is its share of all impressions, `minutes` counts started minutes."""

    index: int
    live_id: int
    creator: int
    day: int
    start_us: int
    end_us: int
    weight: float
    device: str
    sponsor: str | None = None
    live_event: int = -1
    scheduled_us: int = -1
    created_us: int = -1
    has_promo_post: bool = False
    is_search_shifted: bool = False
    order_factor: float = 1.0
    pins: tuple[Span, ...] = ()
    promos: tuple[Span, ...] = ()
    pauses: tuple[Span, ...] = ()
    guests: tuple[Span, ...] = ()
    violation: Violation | None = None
    battle: Battle | None = None

    @property
    def minutes(self) -> int:
        return -(-(self.end_us - self.start_us) // MINUTE_US)

    def at(self, minute: int) -> int:
        """The instant of a minute of this LIVE, in microseconds since 1970."""
        return min(self.start_us + minute * MINUTE_US, self.end_us)


def plan_lives(
    world: World,
    *,
    seed: int,
    start: date,
    days: int,
    events_per_day: int,
    live_skew: float | None = None,
) -> tuple[Live, ...]:
    """All LIVEs that start on the UTC days from `start` on, in the order of their index."""
    rng = np.random.default_rng([seed, 2])
    lives: list[Live] = []
    for day in range(days):
        slots = _slots(world, rng, start + timedelta(days=day), events_per_day)
        slots.sort(key=lambda slot: (-world.creator_weight[slot[0]], slot[1]))
        for place, (creator, begin, minutes) in enumerate(slots):
            minutes = max(minutes, 75) if place < 8 else minutes
            lives.append(_live(world, rng, len(lives), creator, day, begin, minutes))
        first = len(lives) - len(slots)
        for place in range(len(slots)):
            live = lives[first + place]
            lives[first + place] = _with_program(world, rng, live, place, day, days)
    lives = _with_battles(rng, lives)
    total = sum(live.weight for live in lives)
    lives = [replace(live, weight=live.weight / total) for live in lives]
    if live_skew is not None:
        lives = _with_skew(lives, live_skew)
    return tuple(lives)


def _slots(
    world: World, rng: np.random.Generator, day: date, events_per_day: int
) -> list[tuple[int, int, int]]:
    """Who goes LIVE on a UTC day: creator, start in microseconds, length in minutes."""
    slots = []
    for creator in range(world.creators):
        rank = int(world.creator_rank[creator])
        if rank > 1 and (rank + int(world.creator_group[creator]) + day.toordinal()) % 2:
            continue
        zone = ZoneInfo(world.market(creator).timezone)
        for repeat in range(2 if rank == 1 else 1):
            jitter = np.clip(rng.normal(0.0, world.start_spread[creator]), -120, 120)
            local = int(world.start_minute[creator]) + repeat * 420
            begin = _instant_on(day, local % 1440, zone) + int(jitter * MINUTE_US)
            midnight = _midnight_us(day)
            begin = min(max(begin, midnight), midnight + DAY_US - MINUTE_US)
            begin += int(rng.integers(0, 30 * SECOND_US))
            typical = float(world.typical_minutes[creator])
            length = int(np.clip(typical * np.exp(rng.normal(0.0, 0.3)), 20, 240))
            slots.append((creator, begin, max(length, 90) if rank == 2 else length))
    wanted = max(2, round(len(slots) * min(1.0, events_per_day / 20_000)))
    return slots[:wanted]


def _midnight_us(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * SECOND_US


def _instant_on(day: date, local_minute: int, zone: ZoneInfo) -> int:
    """The instant on the UTC day `day` at which the clock in `zone` shows `local_minute`."""
    midnight = _midnight_us(day)
    for shift in (-1, 0, 1):
        clock = datetime.combine(day + timedelta(days=shift), time(), zone)
        clock = clock.replace(hour=local_minute // 60, minute=local_minute % 60)
        instant = int(clock.timestamp()) * SECOND_US
        if midnight <= instant < midnight + DAY_US:
            return instant
    # A clock change can leave a UTC day without that local time.
    return midnight + local_minute * MINUTE_US


def _live(
    world: World,
    rng: np.random.Generator,
    index: int,
    creator: int,
    day: int,
    begin: int,
    minutes: int,
) -> Live:
    end = begin + minutes * MINUTE_US - int(rng.integers(0, 50 * SECOND_US))
    noise = float(np.exp(rng.normal(0.0, 0.2)))
    ids = dated_ids(np.array([begin]), np.array([index + 1]))
    return Live(
        index=index,
        live_id=int(ids[0]),
        creator=creator,
        day=day,
        start_us=begin,
        end_us=max(end, begin + 20 * MINUTE_US),
        weight=float(world.creator_weight[creator]) * noise,
        device=DEVICES[creator % len(DEVICES)],
        sponsor=SPONSORS[index % 3] if index % 6 == 5 else None,
        has_promo_post=index % 3 == 0,
    )


def _with_program(
    world: World, rng: np.random.Generator, live: Live, place: int, day: int, days: int
) -> Live:
    """Give a LIVE its pins and promotions; the place of the day decides, so all kinds occur."""
    turn = place + 3 * day
    is_offender = world.creator_rank[live.creator] == 0
    violation = None
    if turn % 8 == 1 and live.minutes >= 50 and not is_offender:
        minute = int(live.minutes * 0.4)
        violation = Violation(live.index, turn // 8 % len(VIOLATIONS), minute, minute + 20, 0.2)
    scheduled = created = event = -1
    if turn % 5 == 0:
        scheduled = live.start_us - live.start_us % (15 * MINUTE_US)
        created = scheduled - int(rng.integers(12, 60)) * 60 * MINUTE_US
        event = live.index
    promos = _promos(world, live, turn)
    quarter, third = live.minutes // 4, live.minutes // 3
    return replace(
        live,
        live_event=event,
        scheduled_us=scheduled,
        created_us=created,
        violation=violation,
        pins=_with_sales_pinned(_pins(world, rng, live), promos),
        promos=promos,
        pauses=(Span("pause", third, third + 3),) if turn % 10 == 4 else (),
        guests=(Span("guest", quarter, quarter * 2, live.index),) if turn % 6 == 0 else (),
        # Two planted changes at account level, from the middle day on.
        is_search_shifted=live.creator == 5 and days > 1 and day >= (days + 1) // 2,
        order_factor=2.5 if live.creator == 6 and days > 1 and day >= (days + 1) // 2 else 1.0,
    )


def _pins(world: World, rng: np.random.Generator, live: Live) -> tuple[Span, ...]:
    pins: list[Span] = []
    minute = int(rng.integers(1, 4))
    slot = int(rng.integers(0, BAG_SIZE))
    is_music = world.category(live.creator) == "music"
    while minute < live.minutes - 4:
        end = min(minute + int(rng.integers(8, 20)), live.minutes - 1)
        product = int(world.bags[live.creator, slot % BAG_SIZE])
        pins.append(Span("pin", minute, end, number=slot, product=product))
        gap = int(rng.choice([0, 0, 1, 6])) + (10 if is_music else 0)
        minute, slot = end + gap, slot + 1
    return tuple(pins)


def _with_sales_pinned(pins: tuple[Span, ...], promos: tuple[Span, ...]) -> tuple[Span, ...]:
    """A product on flash sale is pinned for as long as the sale lasts, others make way."""
    for sale in promos:
        if sale.kind != "flash_sale":
            continue
        before = [replace(pin, end=min(pin.end, sale.start)) for pin in pins]
        after = [replace(pin, start=max(pin.start, sale.end)) for pin in pins]
        kept = [pin for pin in (*before, *after) if pin.end > pin.start]
        sold = Span("pin", sale.start, sale.end, product=sale.product)
        pins = tuple(sorted([*kept, sold], key=lambda pin: pin.start))
    return pins


def _promos(world: World, live: Live, turn: int) -> tuple[Span, ...]:
    number = live.index * 8
    promos: list[Span] = []

    def add(kind: str, share: float, length: int, product: int = -1, **extra: int | str) -> None:
        begin = max(2, int(live.minutes * share))
        end = min(begin + length, live.minutes - 1)
        span = Span(kind, begin, end, number + len(promos), product)
        promos.append(replace(span, **extra))  # type: ignore[arg-type]

    product = int(world.bags[live.creator, live.index % BAG_SIZE])
    price = int(world.price_minor[product])
    if turn % 2 == 0:
        add("flash_sale", 0.6, 12, product, price_minor=max(1, price * 7 // 10))
    if turn % 4 == 2:
        add("giveaway", 0.25, 10, task=("follow", "comment")[turn // 4 % 2])
    if turn % 5 == 3:
        add("ad", 0.3, 20, spend_minor=int(40 * world.market(live.creator).minor_per_usd))
    if turn % 9 == 5:
        add("billboard", 0.1, 30, product)
    if turn % 7 == 4:
        add("coupon", 0.5, 15, product, price_minor=max(1, price * 9 // 10))
    return tuple(promos)


def _with_battles(rng: np.random.Generator, lives: list[Live]) -> list[Live]:
    """Let some LIVEs that run at the same time battle each other, each LIVE at most once."""
    lives = list(lives)
    per_day: dict[int, int] = {}
    for first in lives:
        if per_day.get(first.day, 0) >= 3 or lives[first.index].battle:
            continue
        for other in lives[first.index + 1 :]:
            begin = max(first.start_us, other.start_us) + 12 * MINUTE_US
            end = begin + 8 * MINUTE_US
            is_apart = first.creator == other.creator or first.day != other.day
            if is_apart or other.battle or end > min(first.end_us, other.end_us) - MINUTE_US:
                continue
            for side, (own, opponent) in enumerate(((first, other), (other, first)), start=1):
                power = float(rng.uniform(1.0, 1.6))
                battle = Battle(first.index, side, opponent.index, begin, end, power)
                lives[own.index] = replace(lives[own.index], battle=battle)
            per_day[first.day] = per_day.get(first.day, 0) + 1
            break
    return lives


def _with_skew(lives: list[Live], live_skew: float) -> list[Live]:
    """Make the biggest LIVE hold `live_skew` of all weight, the others share the rest."""
    if not 0.0 < live_skew < 1.0:
        raise ValueError(f"live_skew is a share between 0 and 1, not {live_skew}")
    biggest = max(lives, key=lambda live: live.weight)
    scale = (1.0 - live_skew) / (1.0 - biggest.weight)
    return [
        replace(live, weight=live_skew if live is biggest else live.weight * scale)
        for live in lives
    ]
