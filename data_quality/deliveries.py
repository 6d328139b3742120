"""Gate 1: is this delivery plausible?

Belongs here: the rules over a staged delivery (batch.files against the load log). Does not: what
makes a line bad (ingestion decides), or moving or dropping anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from data_quality.check import Check
from data_quality.rules import Rule, Verdict, check_of, query_rule, row_rule, verdicts
from livehouse.settings import Home, Settings
from livehouse.sql_text import exact

_FILES = "batch.files"
_EARLIER_DAYS = 5
"""A volume is compared with a median only from this many earlier landing days on."""


def judge_deliveries(home: Home, settings: Settings, now: datetime) -> tuple[Check, ...]:
    """The checks of the staged delivery; `now` is UTC without a zone. Nothing is written.

    A file that fails is one failed check of severity error with its file_id; `held_back` turns
    them into reasons. Volume and freshness only warn.
    """
    present = _tables(home.warehouse)
    rules = [_few_lines_are_rejected(settings), _file_is_complete()]
    if "raw.files" in present:
        rules.append(_volume_is_usual(settings, now))
    rules.append(_events_are_fresh(settings, now, present))
    return tuple(
        check
        for verdict in verdicts(
            home.warehouse, rules, examples=None, memory_limit=settings.memory_limit
        )
        for check in _checks_of(verdict)
    )


def held_back(checks: Iterable[Check]) -> dict[int, str]:
    """What ingestion.load.merge wants: file_id of each file to hold back, with the reason."""
    reasons: dict[int, list[str]] = {}
    for check in checks:
        if check.gate == "delivery" and check.severity == "error" and not check.passed:
            for file_id in check.file_ids:
                reasons.setdefault(file_id, []).append(check.observed)
    return {file_id: " ".join(texts) for file_id, texts in reasons.items()}


def _few_lines_are_rejected(settings: Settings) -> Rule:
    share = exact(settings.hold_back_reject_share)
    return row_rule(
        "few_lines_are_rejected", _FILES, "", "error",
        f"fewer than {settings.hold_back_min_rejects} rejected lines, "
        f"or at most {settings.hold_back_reject_share:.6g} of all lines",
        fails_where="not t.is_accepted_by_hand "
        f"and t.rejected >= {settings.hold_back_min_rejects} and t.rejected > {share} * t.lines",
        shown="t.file_id, t.path, t.rejected, t.lines, t.reject_share",
    )  # fmt: skip


def _file_is_complete() -> Rule:
    return row_rule(
        "file_is_complete", _FILES, "", "error", "a file that can be read to its end",
        fails_where="not t.is_accepted_by_hand and (t.is_truncated or t.error is not null)",
        shown="t.file_id, t.path, t.lines, t.error",
    )  # fmt: skip


def _volume_is_usual(settings: Settings, now: datetime) -> Rule:
    """Lines that passed today against the median landing day, both before deduplication."""
    today, ratio = f"date '{now:%Y-%m-%d}'", exact(settings.volume_warn_ratio)
    earlier_or_today = (
        "select loaded_at::date as landed, accepted + duplicates as passed from raw.files "
        "where state = 'loaded' and family <> 'reference'"
    )
    return query_rule(
        "volume_is_usual", _FILES, "", "warning",
        f"within a factor of {settings.volume_warn_ratio:g} of the median landing day",
        rows=f"""
            with loaded as ({earlier_or_today}),
            today as (
                select sum(passed) as lines_today from (
                    select accepted as passed from {_FILES} where family <> 'reference'
                    union all select passed from loaded where landed = {today}
                ) as all_of_today
            ),
            earlier as (
                select median(lines) as median_lines, count(*) as earlier_days from (
                    select landed, sum(passed) as lines
                    from loaded where landed < {today} group by landed
                ) as days
            )
            select lines_today::bigint as lines_today, median_lines, earlier_days
            from today, earlier
            where earlier_days >= {_EARLIER_DAYS} and (
                lines_today > {ratio} * median_lines or lines_today * {ratio} < median_lines
            )""",
    )  # fmt: skip


def _events_are_fresh(settings: Settings, now: datetime, present: Mapping[str, set[str]]) -> Rule:
    """The newest event of the delivery and of all loads, from the data and not from a clock."""
    sources = [
        f"select max({column}) as newest from {table} where {counts}"
        for table, column, counts in (
            ("batch.events", "event_ts", "true"),
            ("batch.webcast_messages", "event_ts", "true"),
            ("raw.files", "max_event_ts", "state = 'loaded'"),
        )
        if column in present.get(table, ())
    ] or ["select null::timestamp as newest"]
    oldest = now - timedelta(hours=settings.freshness_warn_hours)
    return query_rule(
        "events_are_fresh", _FILES, "", "warning",
        f"an event within the last {settings.freshness_warn_hours} h",
        rows=f"""
            select newest_event_ts from (
                select max(newest) as newest_event_ts from ({" union all ".join(sources)}) as each
            ) as overall
            where newest_event_ts is null
                or newest_event_ts < timestamp '{oldest:%Y-%m-%d %H:%M:%S}'
        """,
    )  # fmt: skip


def _checks_of(verdict: Verdict) -> Iterator[Check]:
    """One check a rule where it holds or warns, one a file where it holds files back."""
    check = check_of(verdict, "delivery")
    if check.passed:
        yield check
    elif verdict.rule.severity == "warning":
        yield replace(check, observed=_warning_text(verdict.examples[0]))
    else:
        for row in verdict.examples:
            file_id = row["file_id"]
            assert isinstance(file_id, int)
            yield replace(check, observed=_held_text(row), examples=(row,), file_ids=(file_id,))


def _held_text(row: Mapping[str, object]) -> str:
    """Which file, with its numbers, and what to do about it."""
    path = row["path"]
    if "rejected" in row:
        share = row["reject_share"]
        assert isinstance(share, float)
        what = f"{row['rejected']} of {row['lines']} lines were rejected ({share:.2%})"
        look = f"See livehouse rejects --file {path}; then replace"
    else:
        error = row["error"] or "the file ends in the middle"
        what = f"it cannot be read to its end after {row['lines']} lines: {error}"
        look = "Replace"
    return (
        f"{path} is held back: {what}. {look} the file by a complete one, "
        f"or load it as it is: livehouse run --accept {path}."
    )


def _warning_text(row: Mapping[str, object]) -> str:
    if "newest_event_ts" in row:
        newest = row["newest_event_ts"]
        return f"the newest event is of {newest} UTC" if newest else "no event has come yet"
    return (
        f"{row['lines_today']} lines passed today, the median of {row['earlier_days']} "
        f"earlier landing days is {row['median_lines']:.0f}"
    )


def _tables(warehouse: Path) -> dict[str, set[str]]:
    """The columns of each table of the warehouse, by schema.table."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where database_name = current_database()"
        ).fetchall()
    tables: dict[str, set[str]] = {}
    for table, column in rows:
        tables.setdefault(table, set()).add(column)
    return tables
