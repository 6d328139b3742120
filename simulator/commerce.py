"""Shopping: product impressions, clicks, carts, orders and what becomes of them.

Belongs here: everything that names a product and a viewer.
Does not belong here: what the host does with products (rooms).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.acts import exposure, spread
from simulator.batch import Batch
from simulator.ids import DAY_US, HOUR_US, MINUTE_US, SECOND_US, IntArray, dated_ids
from simulator.lives import Live
from simulator.minutes import FLASH_SALE_FACTOR, PINNED_SHARE, Minutes
from simulator.views import Views
from simulator.world import BAG_SIZE, SKUS_PER_PRODUCT, World

ORDER_SEQUENCE = 3_000_000
PAID, CANCELLED, REFUNDED = 0, 1, 2


@dataclass(frozen=True)
class _Clicks:
    at: IntArray
    ts: IntArray
    product: IntArray
    surface: IntArray
    row: IntArray


def draw_commerce(
    world: World,
    rng: np.random.Generator,
    lives: tuple[Live, ...],
    views: Views,
    minutes: Minutes,
) -> list[Batch]:
    """All shopping events; orders may come up to an hour after the LIVE, their status days."""
    at, ts, row = spread(rng, views, exposure(world, views) * 0.5, minutes)
    pinned = minutes.pinned[row]
    is_pin = (pinned >= 0) & (rng.random(len(at)) < PINNED_SHARE)
    slot = rng.integers(0, BAG_SIZE, len(at))
    product = np.where(is_pin, pinned, world.bags[views.creator[at], slot])
    surface = 1 - is_pin.astype(np.int64)
    seen = _Clicks(at, ts, product, surface, row)

    chance = 0.17 * world.factors["live_ctr"][views.creator[at]] * minutes.click_factor[row]
    clicks = np.flatnonzero(rng.random(len(at)) < np.minimum(chance, 0.95))
    wait = rng.integers(SECOND_US // 2, 9 * SECOND_US, len(clicks))
    click_ts = np.minimum(ts[clicks] + wait, views.leave[at[clicks]])
    clicked = _Clicks(at[clicks], click_ts, product[clicks], surface[clicks], row[clicks])

    carts = np.flatnonzero(rng.random(len(clicks)) < 0.3)
    cart_at = clicked.at[carts]
    cart_ts = click_ts[carts] + rng.integers(SECOND_US, 20 * SECOND_US, len(carts))
    cart_ts = np.minimum(cart_ts, views.leave[cart_at])
    cart_product = clicked.product[carts]
    sku = rng.integers(0, SKUS_PER_PRODUCT, len(carts))
    cart = Batch(
        "add_to_cart",
        cart_ts,
        views.creator[cart_at],
        views.live[cart_at],
        views.viewer[cart_at],
        payload={
            "product_id": world.product_ids[cart_product],
            "sku_id": world.product_ids[cart_product] + 1 + sku,
        },
    )
    return [
        _product_batch(world, "product_impression", views, seen),
        _product_batch(world, "product_click", views, clicked),
        cart,
        *_draw_orders(world, rng, lives, views, minutes, clicked),
    ]


def _product_batch(world: World, event_type: str, views: Views, acts: _Clicks) -> Batch:
    return Batch(
        event_type,
        acts.ts,
        views.creator[acts.at],
        views.live[acts.at],
        views.viewer[acts.at],
        payload={"product_id": world.product_ids[acts.product], "surface": acts.surface},
    )


def _draw_orders(
    world: World,
    rng: np.random.Generator,
    lives: tuple[Live, ...],
    views: Views,
    minutes: Minutes,
    clicks: _Clicks,
) -> list[Batch]:
    live = views.live[clicks.at]
    is_flash = minutes.flash_product[clicks.row] == clicks.product
    order_factor = np.array([it.order_factor for it in lives])[live]
    chance = 0.13 * order_factor * np.where(is_flash, FLASH_SALE_FACTOR, 1.0)
    bought = np.flatnonzero(rng.random(len(live)) < np.minimum(chance, 0.9))
    amount = len(bought)
    delay = (rng.lognormal(3.6, 0.7, amount) * SECOND_US).astype(np.int64)
    late = rng.random(amount) < 0.05
    delay = delay + np.where(late, rng.integers(0, 50 * MINUTE_US, amount), 0)
    at, row = clicks.at[bought], clicks.row[bought]
    end = minutes.end_us[views.live[at]]
    order_ts = np.minimum(clicks.ts[bought] + delay, end + HOUR_US - SECOND_US)
    order_id = dated_ids(order_ts, ORDER_SEQUENCE + np.arange(amount))
    is_flash, product = is_flash[bought], clicks.product[bought]

    lines = rng.choice([1, 2, 3], size=amount, p=[0.82, 0.14, 0.04])
    of = np.repeat(np.arange(amount), lines)
    line = np.arange(len(of)) - np.repeat(np.cumsum(lines) - lines, lines)
    # Further lines: another variant of the same product, or the next products of the bag.
    is_variant = (rng.random(amount) < 0.5)[of]
    creator = views.creator[at[of]]
    slot = np.argmax(world.bags[creator] == product[of][:, None], axis=1)
    other = world.bags[creator, (slot + line) % BAG_SIZE]
    bought_product = np.where(is_variant, product[of], other)
    variant = rng.integers(0, SKUS_PER_PRODUCT, amount)[of]
    variant = np.where(is_variant, (variant + line) % SKUS_PER_PRODUCT, variant)
    sku_id = world.product_ids[bought_product] + 1 + variant
    quantity = rng.choice([1, 2, 3], size=len(of), p=[0.86, 0.11, 0.03])
    in_sale = is_flash[of] & (bought_product == product[of])
    price = np.where(in_sale, minutes.flash_price[row[of]], world.price_minor[bought_product])
    orders = Batch(
        "order",
        order_ts[of],
        creator,
        views.live[at[of]],
        views.viewer[at[of]],
        payload={
            "order_id": order_id[of],
            "sku_id": sku_id,
            "product_id": world.product_ids[bought_product],
            "quantity": quantity,
            "amount_minor": price * quantity,
            "currency": world.creator_market[creator],
            "sales_model": np.where(bought_product % 3 == 0, 0, 1),
        },
    )
    return [orders, _draw_statuses(rng, orders, of)]


def _draw_statuses(rng: np.random.Generator, orders: Batch, of: IntArray) -> Batch:
    """Whole orders are paid or cancelled, single lines are refunded; refunds take days."""
    amount = int(of.max()) + 1 if len(of) else 0
    fate = rng.random(amount)
    pay_ts = orders.ts + rng.integers(5 * SECOND_US, 200 * SECOND_US, amount)[of]
    cancel_wait = rng.integers(HOUR_US // 2, 36 * HOUR_US, amount)[of]
    refund_wait = rng.integers(4 * HOUR_US, 8 * DAY_US, len(of))
    is_paid = (fate < 0.94)[of]
    # Some cancel before they have paid, some after.
    is_cancelled = (fate > 0.91)[of]
    is_refunded = is_paid & ~is_cancelled & (rng.random(len(of)) < 0.08)
    parts = [
        (is_paid, pay_ts, PAID),
        (is_cancelled, orders.ts + cancel_wait, CANCELLED),
        (is_refunded, pay_ts + refund_wait, REFUNDED),
    ]
    line = np.concatenate([np.flatnonzero(mask) for mask, _, _ in parts])
    ts = np.concatenate([when[mask] for mask, when, _ in parts])
    status = np.repeat([code for _, _, code in parts], [int(mask.sum()) for mask, _, _ in parts])
    assert orders.live is not None and orders.viewer is not None
    return Batch(
        "order_status",
        ts,
        orders.creator[line],
        orders.live[line],
        orders.viewer[line],
        payload={
            "order_id": orders.payload["order_id"][line],
            "sku_id": orders.payload["sku_id"][line],
            "status": status,
        },
    )
