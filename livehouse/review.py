"""The review of one LIVE as a seller would send it to a colleague, each number with its receipt.

What belongs here: reading the marts of the current release, and the sentences. What does not: any
computing; what a mart does not tell is told as not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from livehouse.answering import release_with, rows
from livehouse.settings import Home

UNKNOWN = "not enough data"
TEXT_SHOWN = 80
EFFECTS_SHOWN = 12
# How to say a robust deviation; below one usual distance two LIVEs are alike.
DISTANCES = ((3.0, "far"), (2.0, "clearly"), (1.0, "somewhat"))
TOTALS = (
    "impressions", "views", "viewers", "pcu", "total_watch_sec", "comments", "new_follows_gross",
    "product_clicks", "orders", "gmv", "diamonds",
)  # fmt: skip
RAN = {
    "had_no_pin": "nothing was pinned",
    "had_pin_change": "a product was pinned anew",
    "had_flash_sale": "a flash sale ran",
    "had_giveaway": "a giveaway ran",
    "had_ad": "an ad ran",
    "had_violation": "a violation had come",
    "had_battle": "a battle ran",
}
LAST_BEST = ("live_id", "date", "value", "pins", "promotions", "products")
STEPS = ("impressions", "err", "live_ctr", "ctor", "gmv_per_sku_order")
CAVEATS = {
    "is_provisional": "provisional: events of its end are probably still to come",
    "is_start_inferred": "no start event came; the first event of the room stands for it",
    "is_end_inferred": "no end event came; the end is inferred",
    "is_lower_bound": "views and likes are lower bounds, because the source thins them",
    "pcu_is_sampled": "the peak of viewers is the highest sample, a lower bound",
    "is_err_undefined_direct": "nobody came through an impression, so there is no ERR",
    "is_small_sample": "few viewers: its ratios swing by chance",
}


@dataclass(frozen=True)
class Line:
    """A sentence, the numbers in it, and where each can be looked up (table.column)."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """A review: sections in the order of reading."""

    live_id: str
    release: str
    when: tuple[Line, ...]
    how_it_went: tuple[Line, ...]
    worst: tuple[Line, ...]
    dips: tuple[Line, ...]
    effects: tuple[Line, ...]
    gmv_change: tuple[Line, ...]
    not_known: tuple[Line, ...]


TITLES = {
    "when": "",
    "how_it_went": "How it went",
    "worst": "The three worst against the market",
    "dips": "Dips",
    "effects": "What moved something",
    "gmv_change": "Why GMV changed against the LIVE before",
    "not_known": "What is provisional or not known",
}


def read_review(home: Home, live_id: str) -> Review:
    """Read the review of a LIVE from the current release; UsageError where it has no such LIVE."""
    with release_with(home, live_id) as connection:

        def of_live(table: str, then: str = "", key: str = "live_id") -> list[Any]:
            return rows(connection, f"select * from {table} where {key} = $1 {then}", [live_id])

        (live,) = of_live("marts.live_sessions")
        (session,) = of_live("facts.fct_live_session")
        metrics = rows(connection, "select metric, unit, description from meta.metrics")
        units = {row["metric"]: row["unit"] for row in metrics}
        meanings = {row["metric"]: row["description"] for row in metrics}
        reviewed = of_live("marts.live_review", "order by worst_rank nulls last, bucket, metric")
        return Review(
            live_id=live_id,
            release=home.current.resolve().name,
            when=tuple(_when(live)),
            how_it_went=(*_totals(live, units), *_compared(reviewed, units)),
            worst=tuple(_worst(reviewed, units, meanings)),
            dips=tuple(
                _dips(
                    of_live("marts.live_dips", "order by start_ts, metric"),
                    of_live("marts.live_trends"),
                )
            ),
            effects=tuple(
                _effects(
                    of_live("marts.event_effects", "order by start_ts, kind, subject_id, metric")
                )
            ),
            gmv_change=tuple(
                _gmv_change(of_live("marts.gmv_changes", "and period = 'live'", key="period_id"))
            ),
            not_known=tuple(_not_known(live, session)),
        )


def review_lines(review: Review) -> Iterator[str]:
    """The review as text, a line a sentence, its receipts in brackets."""
    for name, title in TITLES.items():
        if title:
            yield ""
            yield title
        for line in getattr(review, name):
            yield f"{'  ' if title else ''}{line.text}{_bracket(line.receipts)}"
    yield ""
    yield f"Release {review.release}. In brackets: where the numbers stand."


def _bracket(receipts: tuple[str, ...]) -> str:
    tables: dict[str, list[str]] = {}
    for receipt in receipts:
        room, table, *column = receipt.split(".")
        tables.setdefault(f"{room}.{table}", []).extend(column)
    told = (f"{table} {', '.join(columns)}".rstrip() for table, columns in tables.items())
    return f"  [{'; '.join(told)}]" if tables else ""


def _when(live: Any) -> Iterator[Line]:
    names = {name: live[name] for name in ("title", "creator_id", "market", "category")}
    told = [
        f'"{_short(live["title"])}"' if live["title"] else "without a title",
        f"by {live['creator_id'] or 'an unknown creator'}",
        f"market {live['market'] or 'unknown'}",
        f"category {_short(live['category']) if live['category'] else 'unknown'}",
    ]
    yield Line(f"LIVE {live['live_id']} {', '.join(told)}", names, _of("live_sessions", *names))
    times = {name: live[name] for name in ("live_start_ts", "live_end_ts", "live_duration_sec")}
    seconds = live["live_duration_sec"]
    long = UNKNOWN if seconds is None else f"{seconds / 60:,.0f} min on air"
    yield Line(
        f"{_time(live['live_start_ts'])} to {_time(live['live_end_ts'])} UTC, {long}",
        times,
        _of("live_sessions", *times),
    )


def _totals(live: Any, units: dict[str, str]) -> Iterator[Line]:
    for name in TOTALS:
        yield Line(
            f"{name}: {_value(live[name], units.get(name, ''))}",
            {name: live[name]},
            _of("live_sessions", name),
        )


def _compared(reviewed: list[Any], units: dict[str, str]) -> Iterator[Line]:
    for row in reviewed:
        unit = units.get(row["metric"], "")
        own = _value(row["own_median"], unit)
        usual = f"own usual {own} ({row['own_lives']} LIVEs)"
        market = _value(row["market_median"], unit)
        names = ("metric_value", "own_median", "own_lives", "market_median", "market_creators")
        yield Line(
            f"{row['metric']}: {_value(row['metric_value'], unit)}; {usual};"
            f" market {market} ({row['market_creators']} other creators)",
            {"metric": row["metric"], **{name: row[name] for name in names}},
            _of("live_review", *names),
        )


def _worst(reviewed: list[Any], units: dict[str, str], meanings: dict[str, str]) -> Iterator[Line]:
    worst = [row for row in reviewed if row["worst_rank"] is not None]
    if not worst:
        reasons = Counter(row["why_not_ranked"] for row in reviewed if row["why_not_ranked"])
        why = "; ".join(f"{reason} ({count} metrics)" for reason, count in reasons.most_common())
        yield Line(
            f"{UNKNOWN}: {why or 'no metric is reviewed'}",
            {"why_not_ranked": dict(reasons)},
            _of("live_review", "why_not_ranked"),
        )
        return
    for row in worst:
        unit = units.get(row["metric"], "")
        deviation = row["metric_dev_market"]
        yield Line(
            f"{row['worst_rank']}. {row['metric']} {_value(row['metric_value'], unit)} against"
            f" {_value(row['market_median'], unit)}: {_distance(deviation)}"
            f" ({deviation:+.1f} robust standard deviations)",
            _some(row, "metric", "metric_value", "market_median", "metric_dev_market"),
            _of("live_review", "metric_value", "market_median", "metric_dev_market"),
        )
        yield Line(f"   {meanings.get(row['metric'], '')}")
        times = row["repeat_offender_count_5"]
        offender = row["is_repeat_offender"]
        told = f"   {'a' if offender else 'no'} repeat offender: among the worst three in {times}"
        yield Line(
            f"   repeat offender or not: {UNKNOWN}, too few of the LIVEs before could be ranked"
            if offender is None or times is None
            else f"{told} of the last five LIVEs before",
            _some(row, "is_repeat_offender", "repeat_offender_count_5"),
            _of("live_review", "is_repeat_offender", "repeat_offender_count_5"),
        )
        best = tuple(f"last_best_{name}" for name in LAST_BEST)
        if row["last_best_live_id"] is None:
            text = f"   last best: {UNKNOWN}, no earlier LIVE qualifies"
        else:
            text = (
                f"   last best {row['last_best_date']} with {_value(row['last_best_value'], unit)}"
                f" (LIVE {row['last_best_live_id']}); pinned: {row['last_best_pins'] or UNKNOWN};"
                f" promoted: {row['last_best_promotions'] or UNKNOWN};"
                f" sold: {row['last_best_products'] or UNKNOWN}"
            )
        yield Line(text, _some(row, *best), _of("live_review", *best))
    bucket = worst[0]["bucket"] if worst[0]["same_bucket"] else None
    yield Line(
        f"All of them are in one bucket: {bucket}." if bucket else "They are not in one bucket.",
        _some(worst[0], "same_bucket"),
        _of("live_review", "same_bucket", "bucket"),
    )


def _dips(dips: list[Any], trends: list[Any]) -> Iterator[Line]:
    searched = trends[0]["metrics_searched"] if trends else 0
    yield Line(
        f"{UNKNOWN} to look for dips"
        if not searched
        else f"{len(dips)} found in the {searched} of 6 rates that have enough counts",
        {"metrics_searched": searched, "dips": len(dips)},
        _of("live_trends", "metrics_searched", "dip_count"),
    )
    for dip in dips:
        ran = [text for name, text in RAN.items() if dip[name]]
        pin = dip["pinned_product_id"]
        ran += [f"product {pin} was pinned"] if pin else []
        names = ("metric", "start_ts", "end_ts", "dip_kind", "dip_depth", "dip_z")
        yield Line(
            f"{dip['metric']} {_time(dip['start_ts'])} to {_time(dip['end_ts'])}:"
            f" {dip['dip_depth']:.0%} lost, {dip['dip_kind']};"
            f" {', '.join(ran) or 'nothing that the dumps tell of ran then'}",
            _some(dip, *names, "pinned_product_id", *RAN),
            _of("live_dips", "start_ts", "dip_depth", "dip_kind", "had_*"),
        )


def _effects(effects: list[Any]) -> Iterator[Line]:
    receipts = _of("event_effects", "effect_ratio", "ci_low", "ci_high")
    judged = [row for row in effects if row["effect_ratio"] is not None]
    sure = [row for row in judged if row["ci_low"] > 1 or row["ci_high"] < 1]
    if not effects:
        yield Line("Nothing ran whose effect could be judged.", {"events": 0}, receipts)
        return
    sure.sort(key=lambda row: (-max(row["ci_low"], 1 / max(row["ci_high"], 1e-9)), row["start_ts"]))
    for row in sure[:EFFECTS_SHOWN]:
        yield Line(
            f"{row['kind']} {_short(row['subject_id'])} at {_time(row['start_ts'])}:"
            f" {row['metric']} x {row['effect_ratio']:.2f}, surely"
            f" ({row['ci_low']:.2f} to {row['ci_high']:.2f})",
            _some(
                row, "kind", "subject_id", "start_ts", "metric", "effect_ratio", "ci_low", "ci_high"
            ),
            receipts,
        )
    if len(sure) > EFFECTS_SHOWN:
        yield Line(f"and {len(sure) - EFFECTS_SHOWN} more", {"more": len(sure) - EFFECTS_SHOWN})
    yield Line(
        f"Of {len(judged)} effects judged, {len(judged) - len(sure)} cannot be told from none."
        " One in twenty looks sure by chance.",
        {"judged": len(judged), "sure": len(sure)},
        receipts,
    )
    few = Counter(row["kind"] for row in effects if row["effect_ratio"] is None)
    if few:
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(few.items()))
        yield Line(f"{UNKNOWN}, too few counts: {told}", {"too_few": dict(few)}, receipts[:1])


def _gmv_change(changes: list[Any]) -> Iterator[Line]:
    if not changes:
        yield Line(f"{UNKNOWN}: no LIVE of the creator before it", {}, _of("gmv_changes"))
        return
    (change,) = changes
    ends = ("gmv_before", "gmv", "gmv_change", "period_id_before")
    before, now, total = (_value(change[name], "usd") for name in ends[:3])
    yield Line(
        f"GMV {before} to {now} ({total}), LIVE {change['period_id_before']} before",
        _some(change, *ends),
        _of("gmv_changes", *ends),
    )
    if change["split_method"] is None:
        yield Line(
            f"{UNKNOWN} to split it: a count is unknown, or GMV lacks one of its steps",
            {"split_method": None},
            _of("gmv_changes", "split_method"),
        )
        return
    for step in STEPS:
        term = f"gmv_decomposition_{step}"
        yield Line(
            f"{step}: {_signed(change[term])}"
            f" ({_value(change[f'{step}_before'], '')} to {_value(change[step], '')})",
            _some(change, term, f"{step}_before", step),
            _of("gmv_changes", term, step),
        )


def _not_known(live: Any, session: Any) -> Iterator[Line]:
    for name, text in CAVEATS.items():
        if live[name]:
            yield Line(text, {name: True}, _of("live_sessions", name))
    if live["is_provisional"] is None:
        yield Line(f"whether it is complete: {UNKNOWN}", {}, _of("live_sessions", "is_provisional"))
    if not live["is_qualifying"]:
        yield Line(
            "too short or too few views to be compared with other LIVEs",
            {"is_qualifying": live["is_qualifying"]},
            _of("live_sessions", "is_qualifying"),
        )
    absent = [name for name in session if name in FEEDS and session[name] is False]
    if absent:
        told = ", ".join(name.removeprefix("has_").replace("_", " ") for name in absent)
        yield Line(
            f"the source carries no {told}: what is counted from it is not known, not 0",
            {"absent": absent},
            tuple(f"facts.fct_live_session.{name}" for name in absent),
        )
    is_whole = live["is_provisional"] is False and live["is_qualifying"] and not absent
    if is_whole and not any(live[name] for name in CAVEATS):
        yield Line("Nothing: the LIVE is complete, and its source carries every feed.")
    if live["gmv"] is None and session["has_orders"]:
        yield Line("GMV: a currency of its orders has no rate", {}, _of("live_sessions", "gmv"))


FEEDS = {
    "has_impressions", "has_views", "has_leaves", "has_comments", "has_likes", "has_shares",
    "has_follows", "has_product_cards", "has_orders", "has_gifts", "has_diamonds", "has_battles",
    "has_replies", "has_moderation", "has_violations", "has_promos", "has_notifications",
    "has_teams", "has_guests",
}  # fmt: skip


def _of(mart: str, *columns: str) -> tuple[str, ...]:
    return tuple(f"marts.{mart}.{column}" for column in columns) or (f"marts.{mart}",)


def _some(row: Any, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _distance(deviation: float) -> str:
    side = "worse" if deviation < 0 else "better"
    for least, word in DISTANCES:
        if abs(deviation) >= least:
            return f"{word} {side} than is usual there"
    return "about as usual there"


def _value(value: Any, unit: str) -> str:
    if value is None:
        return UNKNOWN
    if unit == "fraction":
        return f"{value:.1%}"
    text = f"{value:,}" if isinstance(value, int) else _rounded(float(value))
    if unit == "usd":
        return f"{value:,.2f} USD"
    return text + {"s": " s", "usd_per_hour": " USD an hour"}.get(unit, "")


def _rounded(value: float) -> str:
    """To four digits, whole from a thousand on."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _signed(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:+,.2f} USD"


def _time(value: datetime | None) -> str:
    return UNKNOWN if value is None else f"{value:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= TEXT_SHOWN else text[:TEXT_SHOWN] + "..."
