"""What dumps carry beside the contract: unknown fields and unknown event types, every line counted.

What belongs here: the keys of a line beside its typed pass, and their counts per file.
What does not: judging a line (judge.py), and what readers are told (dbt: meta.drift).

The keys of a line are read once and hashed. A sample tells what most hashes stand for; only a line
whose hash it does not know keeps its keys until they are counted. So the count is of every line.
Fields of webcast messages are not looked at: the feed's protocol is not ours.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from ingestion.contract import ENVELOPE, KNOWN_TYPES, PAYLOAD
from livehouse.sql_text import literal, quoted

SAMPLE_LINES = 20_000
MAX_NAMES_A_FILE = 100
"""A dump that uses ids as keys would fill the table: its rarer names are counted together."""

OTHER_NAMES = "(other names)"
MAX_NAME_LENGTH = 200

LINE_KEYS = "try(json_keys(line, ['$', '$.payload']))"
KNOWN_HASHES = "(select key_hash from key_signatures)"

_KNOWN = ", ".join(
    literal(name)
    for name in (
        *(field.name for field in ENVELOPE),
        "payload",
        *(f"payload.{field.name}" for field in PAYLOAD),
    )
)


def unknown_names(keys: str) -> str:
    """A SQL expression: the names that the contract lacks in `keys`, the lists of LINE_KEYS."""
    inside = f"list_transform({keys}[2], lambda name: 'payload.' || name)"
    return (
        f"list_filter(list_distinct(list_concat({keys}[1], coalesce({inside}, []))),"
        f" lambda name: name not in ({_KNOWN}))"
    )


def learn_signatures(connection: duckdb.DuckDBPyConnection, lines: str) -> None:
    """The temporary table key_signatures from some of `lines`; all others are found by the pass."""
    connection.execute(
        f"""
        create or replace temp table key_signatures as
        select key_hash, {unknown_names("keys")} as names
        from (
            select hash(keys) as key_hash, any_value(keys) as keys
            from (select {LINE_KEYS} as keys from ({lines} limit {SAMPLE_LINES}))
            where keys is not null
            group by all
        )
        """
    )


def count_fields(connection: duckdb.DuckDBPyConnection, first_file_id: int) -> None:
    """Unknown fields of the wide pass (key_hash, unseen_keys), from a file on, into batch.drift."""
    _insert_fields(
        connection,
        f"""
        select signed.file_id, unnest(key_signatures.names) as name, signed.lines
        from (
            select file_id, key_hash, count(*) as lines
            from batch.events_typed
            where unseen_keys is null and file_id >= {first_file_id}
            group by all
        ) as signed
        inner join key_signatures on signed.key_hash = key_signatures.key_hash
        union all
        select file_id, unnest({unknown_names("keys")}) as name, lines
        from (
            select file_id, unseen_keys as keys, count(*) as lines
            from batch.events_typed
            where unseen_keys is not null and file_id >= {first_file_id}
            group by all
        )
        """,
    )


def count_keys(connection: duckdb.DuckDBPyConnection, lines: str) -> None:
    """Unknown fields of few `lines` (file_id, line) into batch.drift."""
    _insert_fields(
        connection,
        f"""
        select file_id, unnest({unknown_names("keys")}) as name, 1 as lines
        from (select file_id, {LINE_KEYS} as keys from ({lines}))
        """,
    )


def count_parquet_fields(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    file_id: int,
    columns: Mapping[str, str],
    is_known: str,
) -> None:
    """Unknown columns of a Parquet file, and unknown keys of its payload, into batch.drift.

    `is_known` is a condition on `payload`, as text, that holds of no unknown key.
    """
    source = f"read_parquet({literal(path)})"
    envelope = {field.name for field in ENVELOPE} | {"payload"}
    found = {name: quoted(name) for name in columns if name not in envelope}
    if columns.get("payload", "").upper().startswith("STRUCT"):
        members = connection.execute(f"describe select payload.* from {source}").fetchall()
        inside = {field.name for field in PAYLOAD}
        found |= {
            f"payload.{name}": f"payload.{quoted(name)}"
            for name, *_ in members
            if name not in inside
        }
    parts = [
        f"select {literal(name)} as name, count({column}) as lines from {source}"
        for name, column in found.items()
    ]
    if "payload" in columns and not columns["payload"].upper().startswith("STRUCT"):
        keys = "[cast([] as varchar[]), try(json_keys(payload))]"
        parts.append(
            f"""
            select unnest({unknown_names("keys")}) as name, lines
            from (
                select keys, count(*) as lines
                -- apart: DuckDB cannot group by what it tries
                from (
                    select {keys} as keys
                    from (select cast(payload as varchar) as payload from {source})
                    where not {is_known}
                )
                group by all
            )
            """
        )
    for part in parts:
        _insert_fields(
            connection, f"select {file_id} as file_id, name, lines from ({part}) where lines > 0"
        )


def count_event_types(connection: duckdb.DuckDBPyConnection) -> None:
    """Event types of the batch that the contract does not name into batch.drift."""
    connection.execute(
        f"""
        insert into batch.drift
        select file_id, 'event_type', left(event_type, {MAX_NAME_LENGTH}), count(*)
        from batch.events
        where event_type not in ({KNOWN_TYPES})
        group by all
        union all
        select file_id, 'event_type', left(method, {MAX_NAME_LENGTH}), count(*)
        from batch.webcast_messages
        where not is_modelled and method is not null
        group by all
        """
    )


def _insert_fields(connection: duckdb.DuckDBPyConnection, counted: str) -> None:
    connection.execute(
        f"""
        insert into batch.drift
        select
            file_id,
            'field',
            case when name_no <= {MAX_NAMES_A_FILE} then name else {literal(OTHER_NAMES)} end,
            sum(lines)
        from (
            select *, row_number() over (partition by file_id order by lines desc, name) as name_no
            from (
                select file_id, left(name, {MAX_NAME_LENGTH}) as name, sum(lines) as lines
                from ({counted})
                group by all
            )
        )
        group by all
        """
    )
