"""What stands behind one number of a LIVE: its definition, its parts, and the raw lines.

What belongs here: reading the definition and the values from the release, and the lines from the
warehouse while no night runs. What does not: any counting again; the lines are evidence.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from livehouse.answering import release_with, rows
from livehouse.errors import LivehouseError, UsageError
from livehouse.settings import Home
from livehouse.status import reading_warehouse

NAMES_OFFERED = 3
# Where a LIVE has a row, by the grain codes of meta.metrics.
MARTS = {"S": "marts.live_sessions", "H": "marts.live_sessions", "T": "marts.live_trends"}
ROOM = ("live_start", "live_end", "live_pause", "live_resume")
PROMOTIONS = ("promo_start", "promo_end")
COMPARED = ("impression", "room_enter", "product_click", "order")
ACTS = ("comment", "like", "share", "follow", "gift", "product_click", "order")
# What a formula counts stands in it; of what a model computes, the events are named here.
TYPES_OF_MODELS: dict[str, tuple[str, ...]] = {
    "live_duration_sec": ROOM,
    "paused_sec": ("live_pause", "live_resume"),
    "pcu": ("room_enter", "room_leave", "viewer_count"),
    "total_watch_sec_est": ("viewer_count",),
    "sampled_sec": ("viewer_count",),
    "median_watch_sec": ("room_enter", "room_leave"),
    "p90_watch_sec": ("room_enter", "room_leave"),
    "follower_count_start": ("follower_count",),
    "followers_reached": ("room_enter", "follower_count"),
    "own_lives_compared": ROOM,
    "err_own_avg": COMPARED,
    "live_ctr_own_avg": COMPARED,
    "ctor_own_avg": COMPARED,
    "follower_view_share_own_avg": ("room_enter",),
    "err_vs_history_z": COMPARED,
    "err_market_avg": COMPARED,
    "live_ctr_market_avg": COMPARED,
    "ctor_market_avg": COMPARED,
    "comments_removed": ("comment", "comment_delete"),
    "questions": ("comment",),
    "questions_replied": ("comment", "creator_reply"),
    "median_reply_sec": ("comment", "creator_reply"),
    "likes_observed": ("like",),
    "time_to_first_engagement_sec": ("room_enter", *ACTS),
    "unfollows": ("unfollow",),
    "net_follows": ("follow", "unfollow"),
    "follower_growth": ("follower_count",),
    "interactions_quality_index": ("room_enter", "room_leave", "follow", "comment"),
    "supporters": ("room_enter", *ACTS),
    "refunded_lines": ("order", "order_status"),
    "cancelled_lines": ("order", "order_status"),
    "gmv_net": ("order", "order_status"),
    "gmv_post_7d": ("order", "room_enter"),
    "affiliate_gmv": ("order",),
    "ad_spend": PROMOTIONS,
    "gmv_in_ads": ("order", *PROMOTIONS),
    "pin_starts": ("product_pin", "product_unpin"),
    "pinned_union_sec": ("product_pin", "product_unpin"),
    "longest_no_pin_sec": ("product_pin", "product_unpin"),
    "bag_size": ("bag_update",),
    "themes_in_bag": ("bag_update",),
    "bag_reorders": ("bag_update",),
    "top_slot_fit": ("bag_update", "product_click"),
    "diamond_value": ("gift",),
    "gift_spread": ("gift",),
    "top1_gifter_diamonds": ("gift",),
    "top10_gifter_diamonds": ("gift",),
    "new_gifters": ("gift",),
    "repeat_gifters_30d": ("gift",),
    "heart_me_joins": ("team_join",),
    "team_joiners_with_view": ("team_join", "room_enter"),
    "sponsor_reach_engaged": ("room_enter", *ACTS),
    "guest_sec": ("guest_join", "guest_leave"),
    "start_punctuality_sec": ("live_start", "live_event_created"),
    "event_registrations": ("live_event_registration",),
    "event_registrants_entered": ("live_event_registration", "room_enter"),
    "notifications_sent": ("notification_sent",),
    "notification_opens": ("notification_open",),
    "notification_recipients": ("notification_sent",),
    "notification_openers": ("notification_sent", "notification_open"),
    "notification_joiners": ("notification_sent", "room_enter"),
    "promo_video_views": ("promo_post",),
    "pinned_ctr": ("product_pin", "product_impression", "product_click"),
    "pinned_ctr_own_avg": ("product_pin", "product_impression", "product_click"),
    "pinned_ctr_market_avg": ("product_pin", "product_impression", "product_click"),
    "pinned_ctor": ("product_pin", "product_click", "order"),
    "pinned_ctor_own_avg": ("product_pin", "product_click", "order"),
    "pinned_ctor_market_avg": ("product_pin", "product_click", "order"),
    "dip_count": COMPARED,
    "dip_minutes": COMPARED,
    "dip_depth": COMPARED,
    "unison_corr": ("impression", "room_enter"),
    "trend_slope_err": ("impression", "room_enter"),
    "trend_slope_impressions": ("impression",),
}
WHY_NULL = {
    "NX": "an input from outside is missing, such as a rate, a price or a count",
    "NC": "its window has not passed yet, as of the newest event",
    "NS": "too few cases",
}


@dataclass(frozen=True)
class FileLines:
    """One landed file: its lines that count, of the LIVE and of one type; those while it ran."""

    path: str
    event_type: str
    lines: int
    in_live: int


@dataclass(frozen=True)
class Example:
    """One raw line; `line_no` only where the file still lies in landing as it was loaded."""

    path: str
    event_type: str
    event_ts: datetime
    event_id: str
    line_no: int | None


@dataclass(frozen=True)
class Explanation:
    """A number of a LIVE with what stands behind it."""

    metric: str
    live_id: str
    release: str
    column: str
    value: Any
    unit: str
    definition: dict[str, Any]
    numerator: Any
    denominator: Any
    parts: dict[str, Any]
    why_null: str
    event_types: tuple[str, ...]
    files: tuple[FileLines, ...]
    examples: tuple[Example, ...]
    raw_problem: str


def explain(home: Home, metric: str, live_id: str, landing: Path, examples: int) -> Explanation:
    """Explain a metric of a LIVE; UsageError for an unknown metric or one of another grain."""
    with release_with(home, live_id) as connection:
        metrics = {row["metric"]: row for row in rows(connection, "select * from meta.metrics")}
        if metric not in metrics:
            near = difflib.get_close_matches(metric, metrics, n=NAMES_OFFERED, cutoff=0.0)
            raise UsageError(
                f"There is no metric {metric!r}.",
                where="meta.metrics",
                remedy=f"Near it: {', '.join(near)}.",
            )
        definition = metrics[metric]
        mart = _mart(connection, definition)
        values = rows(connection, f"select * from {mart} where live_id = $1", [live_id])
        (session,) = rows(
            connection, "select * from facts.fct_live_session where live_id = $1", [live_id]
        )
        row = values[0] if values else {}
        is_ratio = definition["kind"] == "ratio"
        ends: dict[str, Any] = {"numerator": None, "denominator": None}
        if is_ratio and values:
            (ends,) = rows(
                connection,
                f"select {definition['numerator']} as numerator,"
                f" {definition['denominator']} as denominator from {mart} where live_id = $1",
                [live_id],
            )
    parts = [definition]
    if is_ratio:
        names = re.findall(r"[a-z_]\w*", f"{definition['numerator']} {definition['denominator']}")
        parts = [metrics[name] for name in dict.fromkeys(names) if name in metrics]
    types = tuple(dict.fromkeys(kind for part in parts for kind in event_types(part)))
    value = row.get(metric)
    files, shown, problem = _raw(home, session, types, landing, examples)
    return Explanation(
        metric=metric,
        live_id=live_id,
        release=home.current.resolve().name,
        column=f"{mart}.{metric}",
        value=value,
        unit=definition["unit"],
        definition={
            name: definition[name]
            for name in ("description", "formula", "unit", "null_rule", "version", "kind", "feed")
        },
        numerator=ends["numerator"],
        denominator=ends["denominator"],
        parts={part["metric"]: row.get(part["metric"]) for part in parts} if is_ratio else {},
        why_null="" if value is not None else _why_null(definition, parts, row, session, ends),
        event_types=types,
        files=files,
        examples=shown,
        raw_problem=problem,
    )


def event_types(definition: dict[str, Any]) -> tuple[str, ...]:
    """The types of event that a measure rests on, from its formula or else by name."""
    formula = definition["formula"]
    found = re.findall(r"event_type = '(\w+)'", formula)
    for group in re.findall(r"event_type in \(([^)]*)\)", formula):
        found += re.findall(r"'(\w+)'", group)
    if "watch_us" in formula:
        found.append("room_leave")
    if "paid_ts" in formula:
        found.append("order_status")
    if "has_view" in formula:
        found.append("room_enter")
    return tuple(dict.fromkeys(found)) or TYPES_OF_MODELS.get(definition["metric"], ())


def explanation_lines(told: Explanation) -> Iterator[str]:
    """The explanation as text."""
    about = told.definition
    yield f"{told.metric} of LIVE {told.live_id}: {_shown(told.value, told.unit)}  [{told.column}]"
    if told.why_null:
        yield f"  NULL because {told.why_null}"
    yield ""
    yield f"Means: {about['description']}"
    yield f"Formula: {' '.join(about['formula'].split())}"
    yield f"Unit {about['unit']}, null rule {about['null_rule']}, version {about['version']}"
    if about["kind"] == "ratio":
        yield f"Numerator {_shown(told.numerator)}, denominator {_shown(told.denominator)}"
        for name, value in told.parts.items():
            yield f"  {name}: {_shown(value)}"
    yield ""
    if told.raw_problem:
        yield f"Raw lines: {told.raw_problem}"
        return
    yield f"Raw lines of the LIVE that it rests on, types {', '.join(told.event_types)}:"
    for file in told.files:
        yield (
            f"  {file.path}: {file.lines:,} {file.event_type}, {file.in_live:,} of them from its"
            " start to its end"
        )
    if not told.files:
        yield "  none"
    for example in told.examples:
        place = f":{example.line_no}" if example.line_no is not None else ""
        yield (
            f"  {example.path}{place}: {example.event_type} {example.event_id}"
            f" at {example.event_ts:%Y-%m-%d %H:%M:%S}"
        )
    yield f"Release {told.release}."


def _mart(connection: duckdb.DuckDBPyConnection, definition: dict[str, Any]) -> str:
    name = definition["metric"]
    for grain, mart in MARTS.items():
        if grain in definition["grains"].split():
            return mart
    if definition["kind"] == "waiting":
        raise UsageError(
            f"{name} has no value yet: {definition['status']}.",
            where="meta.metrics",
            remedy="Deliver that input first.",
        )
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_columns()"
        " where column_name = $1 and schema_name = 'marts' order by all",
        [name],
    ).fetchall()
    raise UsageError(
        f"{name} is no number of a LIVE.",
        where="meta.metrics",
        remedy=f"It stands in {', '.join(table for (table,) in tables) or 'no mart'}.",
    )


def _why_null(
    definition: dict[str, Any],
    parts: list[dict[str, Any]],
    row: dict[str, Any],
    session: dict[str, Any],
    ends: dict[str, Any],
) -> str:
    if not row:
        return "the LIVE has no row there: too few minutes or counts"
    if definition["kind"] != "ratio":
        return _why_measure(definition, session)
    unknown = [part for part in parts if row.get(part["metric"]) is None]
    if unknown:
        return "; ".join(f"{part['metric']}: {_why_measure(part, session)}" for part in unknown)
    if ends["denominator"] == 0:
        return f"its denominator, {definition['denominator']}, is 0"
    return f"its rule is {definition['null_rule']}"


def _why_measure(definition: dict[str, Any], session: dict[str, Any]) -> str:
    feed = definition["feed"]
    if feed and session.get(f"has_{feed}") is False:
        return f"the source of the LIVE carries no {feed.replace('_', ' ')}"
    rules = [WHY_NULL[rule] for rule in definition["null_rule"].split() if rule in WHY_NULL]
    return ", or ".join(rules) or "nothing to count came"


def _raw(
    home: Home, session: dict[str, Any], types: tuple[str, ...], landing: Path, examples: int
) -> tuple[tuple[FileLines, ...], tuple[Example, ...], str]:
    """Files and example lines, or why they cannot be told."""
    if not types:
        return (), (), "it rests on no event of the LIVE itself."
    if not home.warehouse.exists():
        return (), (), f"the warehouse is not there ({home.warehouse})."
    # A dump's lines stand in raw as they came; those of webcast get their type in the models.
    events = "raw.events as events"
    if session["source"] == "webcast":
        events = (
            "(select typed.event_id, typed.event_type, typed.live_id, typed.event_ts,"
            " messages.file_id from intermediate.int_events as typed inner join"
            " raw.webcast_messages as messages using (event_id)"
            " where typed.source = 'webcast') as events"
        )
    chosen = (
        f" from {events} inner join raw.files as files using (file_id)"
        " where events.live_id = $live and list_contains($types, events.event_type)"
    )
    given = {"live": session["live_id"], "types": list(types)}
    times = {"start": session["live_start_ts"], "end": session["live_end_ts"]}
    try:
        with reading_warehouse(home) as connection:
            files = rows(
                connection,
                "select files.path, events.event_type, count(*) as lines,"
                " count(*) filter (where events.event_ts between $start and $end) as in_live"
                f"{chosen} group by files.path, events.event_type order by all",
                {**given, **times},
            )
            shown = rows(
                connection,
                "select files.path, events.event_type, events.event_ts, events.event_id,"
                f" files.bytes{chosen} order by events.event_ts, events.event_id limit $examples",
                {**given, "examples": examples},
            )
    except duckdb.CatalogException:
        return (), (), "the models were built elsewhere, and the warehouse does not hold them."
    except LivehouseError as error:
        return (), (), f"not told: {error.what} {error.remedy}"
    numbers = _line_numbers(landing, shown)
    found = tuple(
        Example(
            row["path"],
            row["event_type"],
            row["event_ts"],
            row["event_id"],
            numbers.get(row["event_id"]),
        )
        for row in shown
    )
    return tuple(FileLines(**row) for row in files), found, ""


def _line_numbers(landing: Path, shown: list[dict[str, Any]]) -> dict[str, int]:
    """The line of each example, looked up in plain files that are as large as when loaded."""
    wanted: dict[Path, set[str]] = {}
    for row in shown:
        path = landing / row["path"]
        is_same = path.is_file() and path.stat().st_size == row["bytes"]
        if path.suffix == ".jsonl" and is_same:
            wanted.setdefault(path, set()).add(row["event_id"])
    numbers: dict[str, int] = {}
    for path, ids in wanted.items():
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                # Other lines may refer to the id.
                for event_id in [one for one in ids if one.encode() in line]:
                    if _event_id(line) == event_id:
                        numbers[event_id] = number
                        ids.discard(event_id)
                if not ids:
                    break
    return numbers


def _event_id(line: bytes) -> Any:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event.get("event_id") if isinstance(event, dict) else None


def _shown(value: Any, unit: str = "") -> str:
    if value is None:
        return "NULL"
    text = f"{value:,}" if isinstance(value, int) else f"{float(value):,.6g}"
    return f"{text} {unit}".strip()
