"""The plan minute by minute: how strongly the audience reacts in each minute of each LIVE.

Belongs here: the planted effects as factors (dips, lifts), one row per LIVE and minute.
Does not belong here: drawing anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.ids import MINUTE_US, FloatArray, IntArray
from simulator.lives import Live

PIN_FRESH_MINUTES = 3
PIN_FRESH_FACTOR = 2.2
UNPINNED_FACTOR = 0.3
PINNED_SHARE = 0.8
AD_SHARE = 0.3
BREATH = 0.15
FLASH_SALE_FACTOR = 3.5
GIVEAWAY_FACTOR = 4.0
BATTLE_FACTOR = 5.0
GIVEAWAY_TASKS = ("none", "follow", "comment")
TASK_SHARES = {"follow": 0.75, "comment": 0.7}


@dataclass(frozen=True)
class Minutes:
    """One row per LIVE and minute, a LIVE's rows from `offset[live]` on.

    `reach` is the share of all impressions; the `..._factor` columns multiply a rate.
    """

    offset: IntArray
    count: IntArray
    start_us: IntArray
    end_us: IntArray
    reach: FloatArray
    pinned: IntArray
    click_factor: FloatArray
    flash_product: IntArray
    flash_price: IntArray
    comment_factor: FloatArray
    follow_factor: FloatArray
    gift_factor: FloatArray
    giveaway: IntArray
    giveaway_task: IntArray
    has_ad: IntArray

    def of(self, live: IntArray, ts: IntArray) -> IntArray:
        """The row of each instant, the nearest one of its LIVE when it lies outside."""
        minute = (ts - self.start_us[live]) // MINUTE_US
        row: IntArray = self.offset[live] + np.clip(minute, 0, self.count[live] - 1)
        return row


def lay_out(lives: tuple[Live, ...]) -> Minutes:
    """Spread the plan of all LIVEs over their minutes."""
    count = np.array([live.minutes for live in lives])
    offset = np.concatenate([[0], np.cumsum(count)[:-1]])
    total = int(count.sum())
    rows = Minutes(
        offset=offset,
        count=count,
        start_us=np.array([live.start_us for live in lives]),
        end_us=np.array([live.end_us for live in lives]),
        reach=np.zeros(total),
        pinned=np.full(total, -1),
        click_factor=np.full(total, UNPINNED_FACTOR),
        flash_product=np.full(total, -1),
        flash_price=np.full(total, -1),
        comment_factor=np.ones(total),
        follow_factor=np.ones(total),
        gift_factor=np.ones(total),
        giveaway=np.full(total, -1),
        giveaway_task=np.zeros(total, dtype=np.int64),
        has_ad=np.zeros(total, dtype=np.int64),
    )
    for live in lives:
        _fill(rows, live)
    return rows


def _fill(rows: Minutes, live: Live) -> None:
    first = int(rows.offset[live.index])
    minute = np.arange(live.minutes)
    # A LIVE warms up in five minutes and then breathes a little.
    reach = np.minimum(1.0, 0.4 + 0.12 * minute) * (1.0 + BREATH * np.sin(minute / 9 + live.index))
    # The last minute is seldom a whole one.
    reach[-1] *= (live.end_us - live.at(live.minutes - 1)) / MINUTE_US
    normal = reach.sum()
    if live.violation:
        reach[live.violation.minute : live.violation.end] *= live.violation.factor
    for pause in live.pauses:
        reach[pause.start : pause.end] = 0.0
    rows.reach[first : first + live.minutes] = reach * live.weight / normal

    for pin in live.pins:
        rows.pinned[first + pin.start : first + pin.end] = pin.product
        rows.click_factor[first + pin.start : first + pin.end] = 1.0
        fresh = min(pin.end, pin.start + PIN_FRESH_MINUTES)
        rows.click_factor[first + pin.start : first + fresh] = PIN_FRESH_FACTOR
    for promo in live.promos:
        span = slice(first + promo.start, first + promo.end)
        if promo.kind == "flash_sale":
            rows.flash_product[span] = promo.product
            rows.flash_price[span] = promo.price_minor
        elif promo.kind == "giveaway":
            rows.giveaway[span] = promo.number
            rows.giveaway_task[span] = GIVEAWAY_TASKS.index(promo.task)
            factor = rows.follow_factor if promo.task == "follow" else rows.comment_factor
            factor[span] = GIVEAWAY_FACTOR
        elif promo.kind == "ad":
            rows.has_ad[span] = 1
    if live.battle:
        begin = (live.battle.start_us - live.start_us) // MINUTE_US
        end = (live.battle.end_us - live.start_us) // MINUTE_US
        rows.gift_factor[first + begin : first + end] = BATTLE_FACTOR
