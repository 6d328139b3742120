"""The merge: a judged batch becomes part of raw, in one transaction, each event exactly once.

What belongs here: which copy of an event counts, the load log.
What does not: reading (load.py) and judging (data_quality).

Of several copies of an event the one with the earliest received_ts counts (absent is latest),
ties go to the smaller hash of the typed row, and among equal rows to the file that came first.
The others are kept beside it, so that withdrawing a file can bring one of them forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ingestion.batch import batch_rows
from ingestion.contract import KNOWN_TYPES
from ingestion.copies import FIRST_COPY, settle_counts, typed_hash
from ingestion.rewrite import rewrite_if_due
from ingestion.touched import touch
from ingestion.warehouse import EVENT_TABLES, REFERENCE_COLUMNS, connect, set_threads
from livehouse.settings import Home, Settings
from livehouse.sql_text import literal

ROWS_OF_A_SHARE = 4_000_000
"""Rows that are sorted at a time: more of them take more memory, or spill, and no less time."""


@dataclass(frozen=True)
class LoadedFile:
    """One file of the load log: lines = accepted + duplicates + rejected + blank + erased."""

    path: str
    family: str
    state: str
    held_reason: str | None
    lines: int
    accepted: int
    duplicates: int
    rejected: int
    blank: int
    erased: int


@dataclass(frozen=True)
class NewName:
    """A field or event type that the contract lacks and no loaded file had before.

    `kind` is 'field' or 'event_type'; `path` is the first of its files.
    """

    kind: str
    name: str
    lines: int
    files: int
    path: str


@dataclass(frozen=True)
class LoadSummary:
    """What the merge of a batch did, file by file in path order."""

    files: tuple[LoadedFile, ...]
    new_names: tuple[NewName, ...] = ()


def merge(home: Home, settings: Settings, held: Mapping[int, str], now: datetime) -> LoadSummary:
    """Move the batch to raw, but for the files in `held` (file_id -> reason), and log every file.

    Rows of a held file reach neither raw.events nor a duplicate's place; the file stays pending.
    """
    with connect(home, settings) as connection:
        row = connection.execute("select coalesce(sum(lines), 0) from batch.files").fetchone()
        set_threads(connection, settings, int(row[0]) if row else 0)
        connection.execute("begin transaction")
        connection.execute("create or replace temp table held (file_id integer, reason varchar)")
        for file_id, reason in held.items():
            connection.execute("insert into held values (?, ?)", [file_id, reason])
        _forget_former_holds(connection)
        _log_files(connection, now)
        for table, columns in EVENT_TABLES.items():
            merge_events(connection, table, columns)
        for table, columns in REFERENCE_COLUMNS.items():
            connection.execute(
                f"insert into raw.{table} by name select {', '.join(columns)} from batch.{table}"
                f" where file_id not in (select file_id from held)"
            )
        connection.execute("insert into raw.rejects from batch.rejects")
        connection.execute("insert into raw.drift from batch.drift")
        connection.execute("delete from raw.seen where path in (select path from batch.seen)")
        connection.execute("insert into raw.seen from batch.seen")
        settle_counts(connection)
        summary = _summary(connection)
        connection.execute("drop schema batch cascade")
        connection.execute("commit")
    rewrite_if_due(home, settings)
    return summary


def _forget_former_holds(connection: duckdb.DuckDBPyConnection) -> None:
    """A held file that is read again, or replaced under its name, is pending no longer; a
    withdrawn one that is accepted by hand is back.
    """
    connection.execute(
        """
        create or replace temp table settled as
        select former.file_id, former.sha256 = new.sha256 as is_read_again
        from raw.files as former
        inner join batch.files as new
            on former.sha256 = new.sha256 or former.path = new.path
        where former.sha256 = new.sha256 and former.sha256 <> ''
                and former.state in ('held', 'withdrawn')
            or former.state = 'held' and new.file_id not in (select file_id from held)
        """
    )
    for table in ("rejects", "drift", "files"):
        connection.execute(
            f"delete from raw.{table} where file_id in ("
            "select file_id from settled where is_read_again)"
        )
    connection.execute(
        "update raw.files set state = 'replaced'"
        " where file_id in (select file_id from settled where not is_read_again)"
    )


def _log_files(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Log the batch's files; duplicates and event times are settled after the merge."""
    connection.execute(
        f"""
        insert into raw.files by name
        with event_files as (
            select
                file_id,
                min(event_ts) as min_event_ts,
                max(event_ts) as max_event_ts,
                count(*) filter (where event_type not in ({KNOWN_TYPES})) as unmodelled,
            from batch.events
            group by file_id
            union all
            select
                file_id,
                min(event_ts) as min_event_ts,
                max(event_ts) as max_event_ts,
                count(*) filter (where not is_modelled) as unmodelled,
            from batch.webcast_messages
            group by file_id
        )

        select
            files.file_id,
            files.path,
            files.family,
            files.sha256,
            files.bytes,
            files.lines,
            files.accepted,
            0 as duplicates,
            files.rejected,
            files.blank,
            files.erased,
            coalesce(event_files.unmodelled, 0) as unmodelled,
            files.is_truncated,
            case when held.file_id is null then 'loaded' else 'held' end as state,
            held.reason as held_reason,
            event_files.min_event_ts,
            event_files.max_event_ts,
            timestamp {literal(now.strftime("%Y-%m-%d %H:%M:%S.%f"))} as loaded_at
        from batch.files as files
        left join event_files using (file_id)
        left join held using (file_id)
        """
    )


def merge_events(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]
) -> None:
    """Append the batch to raw.<table>; of several copies of an event only the first-ranked one."""
    if not batch_rows(connection, table):
        return
    names = ", ".join(columns)
    # Ids that grow with time, as TikTok's do, let DuckDB pass nearly all of raw by the bounds.
    connection.execute(
        f"""
        create or replace temp table known as
        select rowid as raw_row, event_id
        from raw.{table}
        where event_id in (select event_id from batch.{table})
            and event_id >= (select min(event_id) from batch.{table})
            and event_id <= (select max(event_id) from batch.{table})
        """
    )
    connection.execute(
        f"""
        create or replace temp table contested as
        select event_id
        from batch.{table}
        group by event_id
        having count(*) > 1
        union
        select event_id
        from known
        """
    )
    touch(
        connection,
        table,
        f"(from batch.{table} where file_id not in (select file_id from held))",
    )
    for first, last in _shares(connection, table):
        for rows in batch_rows(
            connection,
            table,
            f"""
            where file_id between {first} and {last}
                and event_id not in (select event_id from contested)
                and file_id not in (select file_id from held)
            order by cast(event_ts as date), {_sort_key(columns)}
            """,
        ):
            connection.execute(f"insert into raw.{table} ({names}) select {names} from ({rows})")
    if connection.execute("select 1 from contested limit 1").fetchone():
        _settle_copies(connection, table, columns)
    connection.execute(
        f"""
        update raw.files
        set duplicates = own.copies - own.events, accepted = accepted - (own.copies - own.events)
        from (
            select file_id, count(*) as copies, count(distinct event_id) as events
            from batch.{table}
            where file_id in (select file_id from held)
            group by file_id
        ) as own
        where files.file_id = own.file_id
        """
    )


def _settle_copies(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]
) -> None:
    """Of the events in `contested` the first-ranked copy counts, the others are kept beside it;
    `known` has the rows of raw that are among them.
    """
    names = ", ".join(columns)
    row_hash = typed_hash(columns)
    copies = f"""
        select 'batch' as place, {names}, {row_hash} as typed_hash
        from batch.{table}
        where event_id in (select event_id from contested)
            and file_id not in (select file_id from held)
        union all
        select 'raw' as place, {names}, {row_hash} as typed_hash
        from raw.{table}
        where rowid in (select raw_row from known)
    """
    connection.execute(
        f"""
        create or replace temp table copies as
        select
            *,
            row_number() over (
                partition by event_id order by {FIRST_COPY}
            ) as copy_no
        from ({copies})
        """
    )
    touch(connection, table, "copies")
    connection.execute(f"delete from raw.{table} where rowid in (select raw_row from known)")
    connection.execute(
        f"insert into raw.{table} ({names}) select {names} from copies where copy_no = 1"
    )
    connection.execute(
        f"insert into raw.{table}_duplicates ({names}) select {names} from copies where copy_no > 1"
    )


def _shares(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[int, int]]:
    """First and last file_id of the batch's rows of raw.<table>, in shares of so many rows as are
    sorted together. Files in order of their paths are in order of their days, mostly.
    """
    return connection.execute(
        f"""
        select min(file_id), max(file_id)
        from (
            select file_id, (sum(count(*)) over (order by file_id)) // {ROWS_OF_A_SHARE} as share
            from batch.{table}
            group by file_id
        )
        group by share
        order by share
        """
    ).fetchall()


def _sort_key(columns: Mapping[str, str]) -> str:
    """Rows of one LIVE and type together: half the file, and scans that skip."""
    return "event_type, live_id" if "event_type" in columns else "kind, live_id"


def _summary(connection: duckdb.DuckDBPyConnection) -> LoadSummary:
    rows = connection.execute(
        """
        select path, family, state, held_reason, lines, accepted, duplicates, rejected, blank,
            erased
        from raw.files
        where file_id in (select file_id from batch.files)
        order by path
        """
    ).fetchall()
    return LoadSummary(
        tuple(LoadedFile(*row) for row in rows),
        tuple(NewName(*row) for row in connection.execute(_NEW_NAMES).fetchall()),
    )


_NEW_NAMES = """
    select
        drift.kind,
        drift.name,
        sum(drift.lines) as lines,
        count(*) as files,
        min(files.path) as path
    from raw.drift
    inner join raw.files on drift.file_id = files.file_id and files.state = 'loaded'
    group by drift.kind, drift.name
    having bool_and(drift.file_id in (select file_id from batch.files))
    order by drift.kind, lines desc, drift.name
"""
