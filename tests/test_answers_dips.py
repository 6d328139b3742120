"""Dips and effects against what the simulator planted: found, and with honest intervals?

Belongs here: the simulated home, the planted truth, and how much of it the marts tell again.
Does not belong here: the rules themselves, which the dbt unit tests hold to rows typed by hand.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from answers_home import AnswersHome

# The search as seeds/parameters.csv sets it; here to say beforehand what it can see.
WARMUP, WINDOWS, Z, SWING, MIN_DEPTH, MIN_COUNT = 30, (3, 5, 10, 15, 20, 30, 60), 4.3, 0.2, 0.4, 20
# One-sided 5 %: the dip must stand out even when it draws that many more counts than it should.
UNLUCKY = 1.645
COUNTED_PER = {"impressions": ("impressions", "on_air_sec")}
COUNTED_PER["live_ctr"] = ("product_clicks", "total_watch_sec")

Span = tuple[datetime, datetime]


def span_of(effect: dict[str, Any]) -> Span:
    start, end = (datetime.fromisoformat(effect[f"{edge}_ts"][:-1]) for edge in ("start", "end"))
    return start, end


def overlaps(one: Span, other: Span) -> bool:
    return one[0] < other[1] and one[1] > other[0]


def stands_out(inside: float, share: float, outside: float) -> bool:
    """Whether `inside` counts in `share` of the time are a dip beside `outside` in the rest."""
    inside += 0.5
    least = share * (1 - SWING)
    expected = (inside + outside) * least / (least + 1 - share)
    if outside < MIN_COUNT or inside >= expected:
        return False
    depth = 1 - (inside / share) / (outside / (1 - share))
    ratio = inside * math.log(inside / expected)
    ratio += outside * math.log(outside / (inside + outside - expected))
    return depth >= MIN_DEPTH and math.sqrt(2 * ratio) >= Z


def is_big_enough(effect: dict[str, Any], minutes: list[dict[str, Any]], busy: list[Span]) -> bool:
    """Whether the counts of the LIVE can show this dip, from its usual rate and the plan alone.

    The usual rate is that of the minutes after the warm-up in which the plan has nothing; the dip
    counts with the widest search window that fits into what the warm-up leaves of it.
    """
    counted, per = COUNTED_PER[effect["metric"]]
    span = span_of(effect)
    settled = [minute for minute in minutes if minute["minute_index"] >= WARMUP]
    minute = timedelta(minutes=1)
    within = [
        it for it in settled if span[0] <= it["minute_ts"] and it["minute_ts"] + minute <= span[1]
    ]
    fitting = [width for width in WINDOWS if width <= len(within)]
    usual = [
        it
        for it in settled
        if not any(overlaps((it["minute_ts"], it["minute_ts"] + minute), other) for other in busy)
    ]
    count, time = (sum(float(it[column]) for it in usual) for column in (counted, per))
    if not fitting or not time:
        return False
    share_of_window = fitting[-1] / len(within)
    exposure = sum(float(it[per]) for it in within) * share_of_window
    expected = effect["factor"] * count / time * exposure
    unlucky = expected + UNLUCKY * math.sqrt(expected)
    return stands_out(unlucky, exposure / (exposure + time), count)


def test_planted_dips_are_found_and_hardly_anything_else(answers: AnswersHome) -> None:
    planted = [effect for effect in answers.truth["effects"] if effect["direction"] == "dip"]
    by_live: dict[str, list[dict[str, Any]]] = {}
    for minute in answers.rows(
        "select live_id, minute_ts, minute_index, on_air_sec, total_watch_sec, impressions,"
        " product_clicks from facts.fct_live_minute order by live_id, minute_ts"
    ):
        by_live.setdefault(minute["live_id"], []).append(minute)
    busy: dict[str, list[Span]] = {}
    for effect in answers.truth["effects"]:
        busy.setdefault(effect["live_id"], []).append(span_of(effect))
    reported = answers.rows("select live_id, metric, start_ts, end_ts from marts.live_dips")

    def is_meant(dip: dict[str, Any], effect: dict[str, Any]) -> bool:
        return (
            dip["live_id"] == effect["live_id"]
            and dip["metric"] in (effect["metric"], *effect.get("also", ()))
            and overlaps((dip["start_ts"], dip["end_ts"]), span_of(effect))
        )

    seen: Counter[tuple[str, bool]] = Counter()
    for effect in planted:
        if effect["metric"] in COUNTED_PER and is_big_enough(
            effect, by_live[effect["live_id"]], busy[effect["live_id"]]
        ):
            found = any(
                is_meant(dip, effect) and dip["metric"] == effect["metric"] for dip in reported
            )
            seen[effect["metric"], found] += 1
    right: Counter[tuple[str, bool]] = Counter(
        (dip["metric"], any(is_meant(dip, effect) for effect in planted)) for dip in reported
    )
    print(f"\n{answers.world}: planted dips found {dict(seen)}, reported dips right {dict(right)}")
    all_found = sum(count for key, count in seen.items() if key[1])
    kept = sum(count for key, count in right.items() if key[1])
    assert sum(seen.values()) >= 8
    assert all_found >= 0.9 * sum(seen.values())
    assert kept >= 0.9 * sum(right.values())


def test_intervals_cover_what_was_planted(answers: AnswersHome) -> None:
    kinds = {"unpinned": "no_pin"}
    metrics = {"diamonds_per_minute": "diamonds_per_watch_hour"}
    organic = {"follow_rate": "organic_follows", "comment_rate": "organic_comments"}
    intervals = {
        (row["live_id"], row["kind"], row["metric"], row["start_ts"]): (
            row["ci_low"],
            row["ci_high"],
        )
        for row in answers.rows(
            "select live_id, kind, metric, start_ts, ci_low, ci_high from marts.event_effects"
            " where effect_ratio is not null"
        )
    }
    # The dumps have milliseconds, the truth microseconds.
    rounded = {
        (live_id, kind, metric, round(start.replace(tzinfo=UTC).timestamp())): interval
        for (live_id, kind, metric, start), interval in intervals.items()
    }
    covered: Counter[tuple[str, str, bool]] = Counter()
    for effect in answers.truth["effects"]:
        metric = metrics.get(effect["metric"], effect["metric"])
        kind = kinds.get(effect["kind"], effect["kind"])
        wanted = [(metric, effect["factor"])]
        if "organic_factor" in effect:
            wanted.append((organic[metric], effect["organic_factor"]))
        start = round(span_of(effect)[0].replace(tzinfo=UTC).timestamp())
        for metric, factor in wanted:
            interval = rounded.get((effect["live_id"], kind, metric, start))
            if interval:
                covered[kind, metric, interval[0] <= factor <= interval[1]] += 1
    print(f"\n{answers.world}: planted factors in their interval {dict(covered)}")
    total = sum(covered.values())
    assert total >= 200
    assert sum(count for key, count in covered.items() if key[2]) >= 0.9 * total
    assert {"pin", "no_pin", "violation", "giveaway", "flash_sale", "ad"} <= {
        kind for kind, _, _ in covered
    }


def test_a_violation_costs_what_was_planted(answers: AnswersHome) -> None:
    """Impressions at a fifth for twenty minutes: four are lost for each that came meanwhile."""
    lost = kept = 0.0
    during = {
        (row["live_id"], row["subject_id"]): row["amount_during"]
        for row in answers.rows(
            "select live_id, subject_id, amount_during from marts.event_effects"
            " where kind = 'violation' and metric = 'impressions'"
        )
    }
    costs = {
        (row["live_id"], row["subject_id"]): row["violation_reach_cost"]
        for row in answers.rows(
            "select live_id, subject_id, violation_reach_cost from marts.event_effects"
            " where violation_reach_cost is not null"
        )
    }
    for effect in answers.truth["effects"]:
        key = effect["live_id"], effect.get("violation_id")
        if costs.get(key) is not None:
            lost += costs[key]
            kept += during[key]
    print(f"\n{answers.world}: lost {lost:.0f}, planted {4 * kept:.0f}, violations {len(costs)}")
    assert len(costs) >= 5
    assert lost == pytest.approx(4 * kept, rel=0.35)
