"""The eight reference tables of the contract, as CSV files.

Belongs here: what each look-up table says about the world.
Does not belong here: events, and anything that is drawn at random.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from simulator.world import GIFTS, GROUPS, MARKETS, THEMES, World

Row = Sequence[object]


def write_references(out: Path, world: World, start: date, days: int) -> list[Path]:
    """Write `<out>/<table>/<table>.csv` for every table; returns the paths in table order."""
    tables: dict[str, tuple[str, Iterable[Row]]] = {
        "creators": ("creator_id,handle,market,category,agency_id,joined_date", _creators(world)),
        "products": (
            "product_id,title,category,theme,list_price_minor,currency,is_flagship",
            _products(world),
        ),
        "gifts": (
            "gift_id,name,coins,is_streakable",
            [(g.gift_id, g.name, g.coins, str(g.is_streakable).lower()) for g in GIFTS],
        ),
        "currency_rates": ("currency,rate_date,usd_per_unit", _currency_rates(start, days)),
        "diamond_rates": ("market,valid_from,usd_per_diamond", _diamond_rates(start)),
        "active_users": (
            "market,week_start,weekly_active_users",
            _active_users(world, start, days),
        ),
        "reward_rules": (
            "market,rule_id,valid_from,metric,threshold,reward_share",
            _reward_rules(start),
        ),
        "markets": (
            "market,region,reporting_timezone,currency",
            [(m.code, m.region, m.timezone, m.currency) for m in MARKETS],
        ),
    }
    return [
        _write_csv(out / name / f"{name}.csv", header, rows)
        for name, (header, rows) in tables.items()
    ]


def _write_csv(path: Path, header: str, rows: Iterable[Row]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
    os.replace(partial, path)
    return path


def _creators(world: World) -> list[Row]:
    return [
        (
            world.creator_ids[c],
            f"{world.category(c)}_{world.market(c).code.lower()}_{c:03d}",
            world.market(c).code,
            world.category(c),
            f"agency-{c % 5}" if c % 3 else "",
            date(2023, 1, 1) + timedelta(days=(c * 37) % 1100),
        )
        for c in range(world.creators)
    ]


def _products(world: World) -> list[Row]:
    rows: list[Row] = []
    for p, product_id in enumerate(world.product_ids):
        market, category = GROUPS[int(world.product_group[p])]
        theme = THEMES[category][p % 3]
        title, flagship = f"{theme.title()} no. {p}", str(p % 8 == 0).lower()
        currency = MARKETS[market].currency
        rows.append((product_id, title, category, theme, world.price_minor[p], currency, flagship))
    return rows


def _currency_rates(start: date, days: int) -> list[Row]:
    span = range(-7, days + 8)
    return [
        (
            m.currency,
            start + timedelta(days=d),
            f"{m.usd_per_unit * (1 if m.currency == 'USD' else 1 + (d % 5 - 2) * 0.002):.8f}",
        )
        for m in MARKETS
        for d in span
    ]


def _diamond_rates(start: date) -> list[Row]:
    # The rate changes once inside the default span: history is data.
    return [
        (m.code, valid_from, f"{m.usd_per_diamond * factor:.6f}")
        for m in MARKETS
        for valid_from, factor in ((date(2024, 1, 1), 1.0), (start + timedelta(days=2), 1.04))
    ]


def _active_users(world: World, start: date, days: int) -> list[Row]:
    monday = start - timedelta(days=start.weekday() + 7)
    weeks = (days + 20) // 7 + 1
    return [
        (m.code, monday + timedelta(weeks=w), int(world.population * (2.4 + 0.1 * i + 0.02 * w)))
        for i, m in enumerate(MARKETS)
        for w in range(weeks)
    ]


def _reward_rules(start: date) -> list[Row]:
    rules = (
        ("duration", "live_duration_sec", 1500, 0.03),
        ("days", "valid_live_days", 3, 0.05),
        ("hours", "airtime_hours", 5, 0.05),
        ("diamonds", "diamonds", 2000, 0.10),
        ("team", "active_team_members", 5, 0.02),
    )
    old, new = date(2025, 1, 1), start + timedelta(days=1)
    return [
        (m.code, rule_id, valid_from, metric, threshold, f"{share * factor:.4f}")
        for m in MARKETS
        for rule_id, metric, threshold, share in rules
        for valid_from, factor in ((old, 1.0), (new, 1.2))
    ]
