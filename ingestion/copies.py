"""Copies of an event: which one counts, and what happens when it is taken out.

What belongs here: the order of copies, and moving rows between raw.<t> and raw.<t>_duplicates.
What does not: why a row goes (withdraw.py, erasure.py), and loading new ones (merge.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from ingestion.contract import KNOWN_TYPES
from ingestion.touched import leave_no_trace, touch
from ingestion.warehouse import EVENT_TABLES

FIRST_COPY = "received_ts nulls last, typed_hash, file_id"
"""The order of an event's copies, over rows with their `typed_hash`."""


def typed_hash(columns: Mapping[str, str]) -> str:
    """The hash of a typed row without its file, which settles ties."""
    row = ", ".join(name for name in columns if name != "file_id")
    return f"md5(cast(({row}) as varchar))"


def take_out(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], where: str
) -> None:
    """Remove the rows of raw.<table> and its duplicates for which `where` holds; for each event
    that so lost the copy that counts, the next copy comes forward.
    """
    names = ", ".join(columns)
    connection.execute(
        f"create or replace temp table taken as select event_id from raw.{table} where {where}"
    )
    leave_no_trace(connection)
    touch(connection, table, f"(from raw.{table} where {where})")
    connection.execute(f"delete from raw.{table} where {where}")
    connection.execute(f"delete from raw.{table}_duplicates where {where}")
    connection.execute(
        f"""
        create or replace temp table next_copies as
        with copies as (
            select rowid as copy_row, event_id, received_ts, file_id,
                {typed_hash(columns)} as typed_hash
            from raw.{table}_duplicates
            where event_id in (select event_id from taken)
        )

        select copy_row
        from copies
        qualify row_number() over (partition by event_id order by {FIRST_COPY}) = 1
        """
    )
    is_next = "rowid in (select copy_row from next_copies)"
    touch(connection, table, f"(from raw.{table}_duplicates where {is_next})")
    connection.execute(
        f"insert into raw.{table} ({names})"
        f" select {names} from raw.{table}_duplicates where {is_next}"
    )
    connection.execute(f"delete from raw.{table}_duplicates where {is_next}")


def settle_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """Accepted and duplicates of every loaded file, from the copies that did not count."""
    duplicates = " union all ".join(
        f"select file_id, count(*) as copies from raw.{table}_duplicates group by file_id"
        for table in EVENT_TABLES
    )
    connection.execute(
        f"""
        update raw.files
        set
            duplicates = own.copies,
            accepted = accepted + duplicates - own.copies
        from (
            select files.file_id, coalesce(sum(lost.copies), 0) as copies
            from raw.files as files
            left join ({duplicates}) as lost on files.file_id = lost.file_id
            group by files.file_id
        ) as own
        where files.file_id = own.file_id and files.state = 'loaded'
            and files.duplicates <> own.copies
        """
    )


def restate_times(connection: duckdb.DuckDBPyConnection, file_ids: list[int]) -> None:
    """Newest and oldest event, and unmodelled lines, of loaded files whose rows changed."""
    is_modelled = {"events": f"event_type in ({KNOWN_TYPES})", "webcast_messages": "is_modelled"}
    rows = " union all ".join(
        f"select file_id, event_ts, {is_modelled[table]} as is_modelled from raw.{table}{suffix}"
        f" where list_contains($files, file_id)"
        for table in EVENT_TABLES
        for suffix in ("", "_duplicates")
    )
    connection.execute(
        f"""
        update raw.files
        set
            min_event_ts = own.min_event_ts,
            max_event_ts = own.max_event_ts,
            unmodelled = own.unmodelled
        from (
            select
                files.file_id,
                min(rows.event_ts) as min_event_ts,
                max(rows.event_ts) as max_event_ts,
                count(*) filter (where not rows.is_modelled) as unmodelled
            from raw.files as files
            left join ({rows}) as rows on files.file_id = rows.file_id
            where list_contains($files, files.file_id)
            group by files.file_id
        ) as own
        where files.file_id = own.file_id and files.state = 'loaded'
        """,
        {"files": file_ids},
    )
