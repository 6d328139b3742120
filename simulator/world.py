"""The world before anybody goes LIVE: markets, creators, products, gifts and the audience.

Belongs here: who exists and what they are like, drawn once for a seed.
Does not belong here: when something happens (lives), what people do (views, acts, commerce).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.ids import (
    CREATOR_FLOOR,
    PRODUCT_FLOOR,
    VIEWER_FLOOR,
    FloatArray,
    IntArray,
    scattered_ids,
)

BAG_SIZE = 8
PRODUCTS_PER_GROUP = 24
SKUS_PER_PRODUCT = 3
CREATORS_PER_GROUP = 12


@dataclass(frozen=True)
class Market:
    """A market; `minor_per_usd` turns a price in USD into minor units of its currency."""

    code: str
    region: str
    timezone: str
    currency: str
    minor_per_usd: float
    usd_per_unit: float
    usd_per_diamond: float
    language: str


@dataclass(frozen=True)
class Gift:
    gift_id: int
    name: str
    coins: int
    is_streakable: bool


MARKETS = (
    Market("JP", "APAC", "Asia/Tokyo", "JPY", 150.0, 0.0066, 0.0048, "ja"),
    Market("US", "AMER", "America/New_York", "USD", 100.0, 1.0, 0.005, "en"),
    Market("GB", "EMEA", "Europe/London", "GBP", 79.0, 1.27, 0.0051, "en"),
)
# Few groups with many creators each, so that every benchmark has enough peers.
GROUPS = ((0, "beauty"), (1, "beauty"), (1, "fashion"), (2, "music"))
THEMES = {
    "beauty": ("skincare", "makeup", "fragrance"),
    "fashion": ("dresses", "shoes", "bags"),
    "music": ("merchandise", "vinyl", "instruments"),
}
GIFTS = (
    Gift(5655, "Rose", 1, True),
    Gift(5269, "Finger Heart", 5, True),
    Gift(5879, "Doughnut", 30, True),
    Gift(5585, "Confetti", 100, True),
    Gift(5731, "Coral", 499, False),
    Gift(6646, "Whale Diving", 2150, False),
    Gift(6369, "Lion", 29999, False),
)
# One creator of each group is persistently the worst of it in one metric.
OFFENCES = (
    ("err", 0.35),
    ("live_ctr", 0.25),
    ("comment_rate", 0.2),
    ("avg_watch_sec_per_view", 0.15),
)
METRICS_WITH_A_CREATOR_FACTOR = ("err", "live_ctr", "comment_rate", "avg_watch_sec_per_view")


@dataclass(frozen=True)
class World:
    """Creators, products and the audience as columns; a position is an index into them.

    Viewers `market * population` up to `(market + 1) * population` live in that market. A
    creator's fans are a window of `fans` viewers from `fan_base` on; the first `followers` of
    the window follow the creator from the beginning.
    """

    population: int
    creator_ids: IntArray
    creator_market: IntArray
    creator_group: IntArray
    creator_rank: IntArray
    creator_weight: FloatArray
    start_minute: IntArray
    start_spread: FloatArray
    typical_minutes: FloatArray
    fan_base: IntArray
    fans: IntArray
    followers: IntArray
    followers_outside: IntArray
    factors: dict[str, FloatArray]
    product_ids: IntArray
    product_group: IntArray
    price_minor: IntArray
    bags: IntArray

    @property
    def creators(self) -> int:
        return len(self.creator_ids)

    def category(self, creator: int) -> str:
        return GROUPS[int(self.creator_group[creator])][1]

    def market(self, creator: int) -> Market:
        return MARKETS[int(self.creator_market[creator])]

    def offenders(self) -> list[tuple[int, str, float]]:
        """Creator, metric and factor of each planted repeat offender: the first of each group."""
        return [(group, *offence) for group, offence in enumerate(OFFENCES)]

    def viewer_ids(self, viewer: IntArray) -> IntArray:
        return scattered_ids(viewer + 1, VIEWER_FLOOR)


def build_world(seed: int, events_per_day: int) -> World:
    """Draw the world; above 40,000 events a day creators grow with the square root."""
    rng = np.random.default_rng([seed, 1])
    per_group = int(CREATORS_PER_GROUP * max(1.0, (events_per_day / 40_000) ** 0.5))
    creators = per_group * len(GROUPS)
    index = np.arange(creators)
    group = index % len(GROUPS)
    market = np.array([GROUPS[g][0] for g in group])
    rank = index // len(GROUPS)
    population = max(4_000, events_per_day // 4)

    # Zipf: offenders are middling and steady, everybody else takes a random place.
    places = np.delete(np.arange(1, creators + 1), np.arange(4, 4 + len(GROUPS)))
    places = np.concatenate([np.arange(5, 5 + len(GROUPS)), rng.permutation(places)])
    weight = places.astype(float) ** -0.8

    hours = rng.choice([9, 11, 12, 15, 18, 19, 20, 21], size=creators)
    start_minute = hours * 60 + rng.choice([0, 15, 30], size=creators)
    start_minute[rank == 2] = 23 * 60 + 10
    start_spread = np.where(rng.random(creators) < 0.2, 60.0, 6.0)
    start_spread[rank == 2] = 5.0

    fans = np.maximum(150, population * 0.12 * (weight / weight.max()) ** 0.5).astype(np.int64)
    factors = {
        metric: np.exp(rng.normal(0.0, 0.12, creators)) for metric in METRICS_WITH_A_CREATOR_FACTOR
    }
    for offender, (metric, factor) in enumerate(OFFENCES):
        for other in METRICS_WITH_A_CREATOR_FACTOR:
            factors[other][offender] = 1.0
        factors[metric][offender] = factor

    products = PRODUCTS_PER_GROUP * len(GROUPS)
    product_group = np.repeat(np.arange(len(GROUPS)), PRODUCTS_PER_GROUP)
    per_usd = np.array([MARKETS[GROUPS[g][0]].minor_per_usd for g in product_group])
    usd = np.exp(rng.normal(3.0, 0.6, products))
    bags = np.stack(
        [g * PRODUCTS_PER_GROUP + rng.permutation(PRODUCTS_PER_GROUP)[:BAG_SIZE] for g in group]
    )
    return World(
        population=population,
        creator_ids=scattered_ids(index + 1 + 1000 * seed, CREATOR_FLOOR),
        creator_market=market,
        creator_group=group,
        creator_rank=rank,
        creator_weight=weight,
        start_minute=start_minute,
        start_spread=start_spread,
        typical_minutes=rng.choice([45.0, 60.0, 80.0, 100.0, 130.0], size=creators),
        fan_base=rng.integers(0, population, creators),
        fans=fans,
        followers=(fans * 0.6).astype(np.int64),
        followers_outside=(fans * rng.uniform(5, 60, creators)).astype(np.int64),
        factors=factors,
        # Sixteen numbers for each product: its skus take the next ones.
        product_ids=PRODUCT_FLOOR + (np.arange(products) * 7919 + 104_729 * seed) * 16,
        product_group=product_group,
        price_minor=np.maximum(1, np.round(usd * per_usd / 10) * 10).astype(np.int64),
        bags=bags,
    )
