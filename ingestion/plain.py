"""Plain lines: one pattern proves that a line is a good event, field by field, as it stands.

What belongs here: the pattern, generated from the contract; the batch's narrow rows of such lines;
and those rows with their payload typed. What does not: any line that is spelled otherwise: that is
for the wide pass (events.py) and the exact judge (judge.py), and every line may go there.

The pattern leaves out whatever needs thought: a backslash, an unknown field, a number as text, an
id with a point. What it cannot tell is asked of the few columns that it concerns. A plain line's
payload stays text until the merge: of its 55 fields a row has two or three.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from ingestion.contract import (
    DUCKDB_TYPES,
    EARLIEST_EVENT,
    ENVELOPE,
    EVENT_TYPES,
    LATEST_EVENT_AHEAD_HOURS,
    MAX_ID_LENGTH,
    PAYLOAD,
    Field,
)
from ingestion.events import missing_by_type, timestamp
from livehouse.sql_text import literal

PLAIN_COLUMNS = {
    "file_id": "INTEGER",
    **{field.name: DUCKDB_TYPES[field.kind] for field in ENVELOPE},
    "payload": "VARCHAR",
    "suspect_line": "VARCHAR",
}

SAMPLE_LINES = 2_000
FEW_LINES = 1_000
"""Doubtful lines of which so few came go straight to the judge."""

MOSTLY = 0.5
"""A dump of which less is plain is read by the wide pass at once: the pattern would cost more."""

_ENVELOPE_NAMES = ", ".join(field.name for field in ENVELOPE)
_PAYLOAD_SCHEMA = literal(
    json.dumps({f.name: "VARCHAR" if f.kind == "timestamp" else DUCKDB_TYPES[f.kind]
                for f in PAYLOAD})
)  # fmt: skip


# Without a point or a plus no id can be one that lost its digits.
_ID_SIGN = "[0-9A-Za-z_:@/-]"
_ID = f"{_ID_SIGN}{{1,{MAX_ID_LENGTH}}}"


def _value(field: Field) -> str:
    """How a good value of a field is spelled in JSON, as a pattern."""
    match field.kind:
        case "id":
            return rf'"{_ID}"|[1-9]\d{{0,17}}'
        case "text":
            return r'"[^"\\\x00-\x1f]+"|0|[1-9]\d{0,17}'
        case "integer":
            return {None: r"0|-?", 0: "0|", 1: ""}[field.minimum] + r"[1-9]\d{0,17}"
        case "boolean":
            return "true|false"
        case "timestamp":
            return (
                r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)"'
                r"|[1-9]\d{0,13}"
            )


def _object(fields: Iterable[Field], more: str = "") -> str:
    """A JSON object with fields of these, in any order, at least one of them."""
    names: dict[str, list[str]] = {}
    for field in fields:
        value = _value(field)
        if field in ENVELOPE:
            # Counting signs makes many states, a third more work: it is done when it is a column.
            value = value.replace(_ID, f"{_ID_SIGN}+")
        names.setdefault(value, []).append(field.name)
    pairs = [f'(?:{"|".join(of)})": ?(?:{value}|null)' for value, of in names.items()]
    pair = f'"(?:{"|".join(pairs)}{more})'
    return rf"\{{{pair}(?:, ?{pair})*\}}"


_PAYLOAD = _object(PAYLOAD) + r"|\{\}"
PATTERN = _object(ENVELOPE, rf'|payload": ?(?:{_PAYLOAD}|null)')

IS_PLAIN = f"regexp_full_match(line, {literal(PATTERN)})"
IS_PLAIN_PAYLOAD = f"coalesce(regexp_full_match(payload, {literal(_PAYLOAD)}), payload is null)"


def plain_sql(lines: str, now: datetime) -> str:
    """SELECT the columns of batch.events_plain from `lines` (file_id, line).

    A line that is not plain, or not certainly good, keeps its text in `suspect_line`.
    """
    return _narrow_sql(lines, f"case when {IS_PLAIN} then line end", _suspicion(now))


def canonical_sql(lines: str) -> str:
    """The same of lines in the exact judge's own spelling, of which nothing is in doubt."""
    return _narrow_sql(lines, "line", "false")


def _narrow_sql(lines: str, good_line: str, is_suspect: str) -> str:
    kinds = {f.name: "VARCHAR" if f.kind == "timestamp" else DUCKDB_TYPES[f.kind] for f in ENVELOPE}
    schema = literal(json.dumps({**kinds, "payload": "VARCHAR"}))
    columns = ", ".join(
        f"{timestamp(f.name)} as {f.name}" if f.kind == "timestamp" else f.name for f in ENVELOPE
    )
    return f"""
        select
            file_id,
            {columns},
            payload,
            case when {is_suspect} then line end as suspect_line
        from (
            select
                file_id,
                line,
                {", ".join(f"event.{f.name} as {f.name}" for f in ENVELOPE)},
                event.payload as payload
            from (
                select file_id, line, json_transform({good_line}, {schema}) as event
                from ({lines})
            )
        )
    """


def _suspicion(now: datetime) -> str:
    """What the pattern cannot tell: which fields are absent, and whether a time is one."""
    latest = literal(now.strftime("%Y-%m-%d %H:%M:%S"))
    conditions = [
        "event_id is null or event_type is null",
        *(f"strlen({f.name}) > {MAX_ID_LENGTH}" for f in ENVELOPE if f.kind == "id"),
        f"not coalesce({timestamp('event_ts')} between timestamp {literal(EARLIEST_EVENT)}"
        f" and timestamp {latest} + interval {LATEST_EVENT_AHEAD_HOURS} hour, false)",
        *(
            f"{f.name} is not null and {timestamp(f.name)} is null"
            for f in ENVELOPE
            if f.kind == "timestamp" and f.name != "event_ts"
        ),
        *missing_by_type("{} is null"),
        *_payload_times(),
    ]
    return _any(conditions)


def _any(conditions: Iterable[str]) -> str:
    """A case looks at a further condition only where none before it held; an `or` at all."""
    cases = "\n                ".join(f"when {condition} then true" for condition in conditions)
    return f"case\n                {cases}\n                else false end"


def _payload_times() -> list[str]:
    conditions = []
    for field in PAYLOAD:
        if field.kind == "timestamp":
            types = [it.name for it in EVENT_TYPES.values() if field.name in it.payload]
            text = f"json_extract_string(payload, '$.{field.name}')"
            conditions.append(
                f"case when event_type in ({', '.join(map(literal, types))})"
                f" then {text} is not null and {timestamp(text)} is null else false end"
            )
    return conditions


def has_plain_columns(columns: Mapping[str, str]) -> bool:
    """Whether a Parquet file's columns (name -> DuckDB type) are what the contract would have."""
    return (
        all(
            columns.get(field.name, DUCKDB_TYPES[field.kind]).startswith(DUCKDB_TYPES[field.kind])
            for field in ENVELOPE
        )
        and {"event_id", "event_type", "event_ts"} <= columns.keys()
    )


def plain_parquet_sql(path: str, file_id: int, columns: Mapping[str, str], now: datetime) -> str:
    """Like plain_sql, from such a Parquet file; `suspect_line` is a row's number (from 0)."""
    envelope = []
    for field in ENVELOPE:
        value = field.name if field.name in columns else "null"
        if field.kind == "timestamp":
            zoned = columns.get(field.name, "").endswith("WITH TIME ZONE")
            value = f"timezone('UTC', {value})" if zoned else value
        elif field.kind != "boolean":
            value = f"nullif({value}, '')"
        envelope.append(f"cast({value} as {DUCKDB_TYPES[field.kind]}) as {field.name}")
    return f"""
        select
            {file_id} as file_id,
            {_ENVELOPE_NAMES},
            payload,
            case when {_parquet_suspicion(now)} then cast(file_row_number as varchar) end
                as suspect_line
        from (
            select {", ".join(envelope)}, {parquet_payload(columns)} as payload, file_row_number
            from read_parquet({literal(path)}, file_row_number = true)
        )
    """


def parquet_payload(columns: Mapping[str, str]) -> str:
    """The payload of a Parquet file's rows as JSON text."""
    if "payload" not in columns:
        return "cast(null as varchar)"
    is_struct = columns["payload"].startswith("STRUCT")
    return f"cast({'to_json(payload)' if is_struct else 'payload'} as varchar)"


def _parquet_suspicion(now: datetime) -> str:
    latest = literal(now.strftime("%Y-%m-%d %H:%M:%S"))
    conditions = [
        "event_id is null or event_type is null",
        f"not coalesce(event_ts between timestamp {literal(EARLIEST_EVENT)}"
        f" and timestamp {latest} + interval {LATEST_EVENT_AHEAD_HOURS} hour, false)",
        "not coalesce(received_ts between timestamp '1970-01-01' and timestamp '9999-12-31', true)",
        *(
            f"not coalesce(regexp_full_match({f.name}, {literal(_ID)}), true)"
            for f in ENVELOPE
            if f.kind == "id"
        ),
        *missing_by_type("{} is null"),
        f"not {IS_PLAIN_PAYLOAD}",
        *_payload_times(),
    ]
    return _any(conditions)


def typed_sql(rows: str = "batch.events_plain", also: str = "") -> str:
    """SELECT the columns of raw.events, after those in `also`, from `rows` of batch.events_plain.

    What `rows` sorts is narrow yet: sorting typed rows costs three times that.
    """
    fields = ", ".join(
        f"{timestamp(f'facts.{f.name}')} as {f.name}"
        if f.kind == "timestamp"
        else f"facts.{f.name} as {f.name}"
        for f in PAYLOAD
    )
    return f"""
        select {also} file_id, {_ENVELOPE_NAMES}, {fields}
        from (select *, json_transform(payload, {_PAYLOAD_SCHEMA}) as facts from {rows})
    """
