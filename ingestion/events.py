"""Event dumps to typed rows: one typed pass in DuckDB that accepts what is certainly good.

What belongs here: the SQL of the fast pass, generated from the contract's fields. A line that
the pass is not sure of keeps its text in `suspect_line` and goes to the exact judge (judge.py).
What does not: bytes (landing.py), the exact rules (judge.py), deduplication (load.py).

Every leaf is read as VARCHAR and cast afterwards: a typed read would turn a wrong type, an epoch
in a timestamp column or a malformed line into a silent NULL.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from ingestion.contract import (
    EARLIEST_EVENT,
    ENVELOPE,
    EVENT_TYPES,
    FIELDS,
    LATEST_EVENT_AHEAD_HOURS,
    MAX_DEPTH,
    MAX_ID_LENGTH,
    PAYLOAD,
    EventType,
    Field,
)
from ingestion.drift import KNOWN_HASHES, LINE_KEYS
from livehouse.sql_text import literal

_ISO_WITH_OFFSET = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]([01]\d|2[0-3]):?[0-5]\d"

# A longer line may nest deeper than the judge lets pass.
SURE_BYTES = 2 * MAX_DEPTH
# The last millisecond that Python's calendar knows.
LATEST_EPOCH_MS = 253402300799999

# Told from the text, and only of the few rows whose payload has no field of their type.
PAYLOAD_IS_ODD = r"""regexp_matches(line, '"payload"\s*:\s*[^{\s]')"""

READ_LINES = """
select file_names.file_id, lines.line
from read_csv(
    {paths}, columns = {{'line': 'VARCHAR'}}, header = false, auto_detect = false,
    delim = '\\x01', quote = '', escape = '', new_line = '\\n', strict_mode = false,
    max_line_size = {max_line_size}, filename = 'path'
) as lines
inner join batch_paths as file_names on lines.path = file_names.path
where case
    when starts_with(lines.line, '{{') then true
    else trim(lines.line, ' ' || chr(9) || chr(11) || chr(12)) <> ''
end
"""


def lines_sql(paths: list[str], max_line_bytes: int) -> str:
    """A SELECT of (file_id, line) over clean texts; needs the temporary table batch_paths."""
    listed = "[" + ", ".join(literal(path) for path in paths) + "]"
    return READ_LINES.format(paths=listed, max_line_size=max_line_bytes + 1024)


def events_sql(lines: str, now: datetime) -> str:
    """SELECT the columns of raw.events and `suspect_line` from `lines` (file_id, line).

    Also `key_hash`, which stands for the line's keys, and `unseen_keys`, the keys
    themselves where the temporary table key_signatures does not know the hash (drift.py).
    """
    schema: dict[str, object] = {field.name: "VARCHAR" for field in ENVELOPE}
    schema["payload"] = {field.name: "VARCHAR" for field in PAYLOAD}
    carried = "key_hash, unseen_keys,"
    return f"""
        with parsed as (
            select
                file_id,
                line,
                {carried}
                try(json_transform(line, {literal(json.dumps(schema))})) as event
            from ({_with_keys(lines)})
        ),

        leaves as (
            select
                file_id,
                line,
                {carried}
                {_comma(f"event.{f.name} as {f.name}" for f in ENVELOPE)},
                {_comma(f"event.payload.{f.name} as {f.name}" for f in PAYLOAD)},
                event is null or strlen(line) > {SURE_BYTES} or {_may_end_in_a_comma()}
                    as is_unsure
            from parsed
        )

        {typed_sql("leaves", now, also=carried)}
    """


def _with_keys(lines: str) -> str:
    """Here, where a row is its line and nothing else, the look-up costs least."""
    return f"""
        select
            file_id,
            line,
            key_hash,
            case when key_hash not in {KNOWN_HASHES} then keys end as unseen_keys
        from (
            select file_id, line, keys, hash(keys) as key_hash
            from (select file_id, line, {LINE_KEYS} as keys from ({lines}))
        )
    """


def _may_end_in_a_comma() -> str:
    """The parser lets a comma before a closing bracket pass, whatever blanks stand between.

    Looking for it anywhere is ten times quicker than looking at the trimmed end of each line.
    """
    signs = ("',}'", "',]'", "', }'", "', ]'", "',  '", "chr(9)")
    return "(" + " or ".join(f"contains(line, {sign})" for sign in signs) + ")"


def _may_be_no_string(name: str) -> str:
    """A word that JSON, or a parser that lets more pass, writes without quotes."""
    words = ("true", "false", "nan", "inf", "-inf", "infinity", "-infinity")
    return f"(strlen({name}) < 10 and {_is_one_of(f'lower({name})', words)})"


def _is_one_of(expression: str, values: Iterable[str]) -> str:
    """`in`, spelled so that the engine compares: of a longer list it would make a join."""
    return "(" + " or ".join(f"{expression} = {literal(value)}" for value in values) + ")"


def typed_sql(
    leaves: str,
    now: datetime,
    line: str = "line",
    payload_is_odd: str = PAYLOAD_IS_ODD,
    also: str = "",
) -> str:
    """Cast the VARCHAR leaves and mark every row that is not certainly good.

    `leaves` has file_id, is_unsure, every field as VARCHAR, and what the expression `line` (the
    row's text, evaluated for suspect rows only) and `payload_is_odd` (whether a payload without
    any field of its type is no object) need; `also` are further columns of it.
    """
    return f"""
        select
            file_id,
            {also}
            {_comma(f"{_typed(f)} as {f.name}" for f in (*ENVELOPE, *PAYLOAD))},
            case when {_suspicion(now, payload_is_odd)} then {line} end as suspect_line
        from {leaves}
    """


def parquet_sql(
    path: str, file_id: int, columns: Mapping[str, str], now: datetime, where: str = ""
) -> str:
    """Like events_sql, from a Parquet file: envelope columns, and a payload (struct or JSON text).

    `columns` maps the file's columns to their DuckDB types. A column that is missing is NULL, so
    its rows are rejected as missing_<field>, each with its text. `suspect_line` is the row as
    JSON, its number (from 0) in file_row_number.
    """
    payload_type = columns.get("payload", "").upper()
    payload, is_unsure = "null", "false"
    if payload_type.startswith("STRUCT") or payload_type == "JSON":
        payload = "to_json(source_row.payload)"
    elif payload_type:
        payload = "cast(source_row.payload as varchar)"
        is_unsure = f"not starts_with(ltrim({payload}), '{{')"
    schema = literal(json.dumps({field.name: "VARCHAR" for field in PAYLOAD}))
    leaves = f"""(
        select
            {file_id} as file_id,
            source_row,
            {_comma(f"{_parquet_leaf(f, columns)} as {f.name}" for f in ENVELOPE)},
            {_comma(f"payload.{f.name} as {f.name}" for f in PAYLOAD)},
            coalesce({is_unsure} or ({payload} is not null and payload is null), false)
                as is_unsure
        from (
            select source_row, try(json_transform({payload}, {schema})) as payload
            from read_parquet({literal(path)}, file_row_number = true) as source_row
            {where}
        )
    )"""
    times = [
        f"{literal(f.name)}, {_parquet_leaf(f, columns)}"
        for f in ENVELOPE
        if columns.get(f.name, "").upper().startswith("TIMESTAMP")
    ]
    row_text = (
        f"cast(json_merge_patch(to_json(source_row), json_object({', '.join(times)})) as varchar)"
    )
    return typed_sql(leaves, now, line=row_text, payload_is_odd="false")


def _parquet_leaf(field: Field, columns: Mapping[str, str]) -> str:
    duckdb_type = columns.get(field.name, "").upper()
    if not duckdb_type:
        return "cast(null as varchar)"
    if duckdb_type.startswith("TIMESTAMP"):
        zone_free = "timezone('UTC', {})" if "TIME ZONE" in duckdb_type else "{}"
        moment = zone_free.format(f"source_row.{field.name}")
        return f"strftime(cast({moment} as timestamp), '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"cast(source_row.{field.name} as varchar)"


def _comma(expressions: object) -> str:
    return ",\n                ".join(expressions)  # type: ignore[arg-type]


def _typed(field: Field) -> str:
    name = field.name
    match field.kind:
        case "integer":
            return f"try_cast({name} as bigint)"
        case "boolean":
            return f"try_cast({name} as boolean)"
        case "timestamp":
            return timestamp(name)
        case _:
            return f"nullif({name}, '')"


def timestamp(name: str) -> str:
    """The moment that a text means, or NULL: ISO 8601, or an epoch in milliseconds."""
    return f"""case
                when ends_with({name}, 'Z') then try_cast({name} as timestamp)
                when length({name}) < 16 and try_cast({name} as bigint) is not null
                    then make_timestamp(try_cast({name} as bigint) * 1000)
                else try_cast(try_cast({name} as timestamptz) as timestamp)
            end"""


def _suspicion(now: datetime, payload_is_odd: str) -> str:
    """A condition that is true for every row the exact judge has to look at.

    A case stops at the first hit and looks at costly doubts only where cheap ones leave a row over;
    in an `or` every part would be computed for every row.
    """
    earliest = literal(EARLIEST_EVENT)
    latest = literal(now.strftime("%Y-%m-%d %H:%M:%S"))
    conditions = [
        "is_unsure",
        *(f"coalesce({name}, '') = ''" for name in ("event_id", "event_type", "event_ts")),
        f"not {timestamp('event_ts')} between timestamp {earliest}"
        f" and timestamp {latest} + interval {LATEST_EVENT_AHEAD_HOURS} hour",
        *(_doubt(field) for field in ENVELOPE),
        *missing_by_type("coalesce({}, '') = ''"),
        _doubtful_payload(payload_is_odd),
    ]
    cases = "\n                ".join(f"when {condition} then true" for condition in conditions)
    return f"case\n                {cases}\n                else false end"


def _doubtful_payload(payload_is_odd: str) -> str:
    """Only the fields that a row's type adds are looked at: a tenth of the work.

    Where none of them came, the payload may be something else than an object.
    """
    cases = []
    for name, event_type in EVENT_TYPES.items():
        if event_type.payload:
            doubts = " or ".join(_doubt(FIELDS[field]) for field in event_type.payload)
            none = f"coalesce({', '.join(event_type.payload)}) is null"
            cases.append(
                f"when {literal(name)} then case when {none} then {payload_is_odd}"
                f" else {doubts} end"
            )
    all_cases = "\n                    ".join(cases)
    return f"case event_type {all_cases}\n                    else {payload_is_odd} end"


def missing_by_type(is_missing: str) -> list[str]:
    """A case for each field that some types require; `is_missing` is a condition with {} in it."""
    required = {name for event_type in EVENT_TYPES.values() for name in _required(event_type)}
    conditions = []
    for name in sorted(required):
        types = (it.name for it in EVENT_TYPES.values() if name in _required(it))
        conditions.append(
            f"case when {is_missing.format(name)} then {_is_one_of('event_type', types)}"
            " else false end"
        )
    return conditions


def _required(event_type: EventType) -> tuple[str, ...]:
    marks = (
        (event_type.has_live, "live_id"),
        (event_type.has_creator, "creator_id"),
        (event_type.has_viewer, "viewer_id"),
    )
    return (*(name for present, name in marks if present), *event_type.required)


def _doubt(field: Field) -> str:
    """True where the text of a field is not its kind's canonical spelling; NULL is no doubt."""
    name = field.name
    match field.kind:
        case "integer":
            doubt = f"try_cast({name} as bigint)::varchar is distinct from {name}"
            if field.minimum is not None:
                doubt += f" or try_cast({name} as bigint) < {field.minimum}"
        case "boolean":
            doubt = f"not {_is_one_of(name, ('true', 'false'))}"
        case "timestamp":
            doubt = f"""{name} <> '' and not case
                    when ends_with({name}, 'Z')
                        then substr({name}, 14, 1) = ':'
                            and (substr({name}, 20, 1) = '.' or substr({name}, 20, 1) = 'Z')
                            and not contains({name}, ' ')
                            and try_cast({name} as timestamp) is not null
                    when length({name}) < 16 and try_cast({name} as bigint) is not null
                        then try_cast({name} as bigint)::varchar = {name}
                            and try_cast({name} as bigint) between 0 and {LATEST_EPOCH_MS}
                    else regexp_full_match({name}, {literal(_ISO_WITH_OFFSET)})
                        and try_cast({name} as timestamptz) is not null
                end"""
        case _:
            # Digits are lost where an id went through a float; '{', '[', booleans are no ids.
            # Whatever starts with a digit or a sign sorts before ':'.
            doubt = f"""case
                    when length({name}) > {MAX_ID_LENGTH} then true
                    when {name} >= ':' then starts_with({name}, '{{') or starts_with({name}, '[')
                        or {_may_be_no_string(name)}
                    when contains({name}, '.') or contains({name}, 'e') or contains({name}, 'E')
                        then try_cast({name} as double) is not null
                    else {_may_be_no_string(name)}
                end"""
            if field.kind == "text":
                doubt = f"""case
                    when {name} >= ':' then starts_with({name}, '{{') or starts_with({name}, '[')
                        or {_may_be_no_string(name)}
                    when contains({name}, 'e') or contains({name}, 'E')
                        then try_cast({name} as double) is not null
                    else {_may_be_no_string(name)}
                end"""
    return f"coalesce({doubt}, false)"
