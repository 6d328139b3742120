"""The family events/: dumps in the contract's format, as text or Parquet, into the batch.

What belongs here: the walk from a file to typed rows and rejects: fast pass, exact judge, numbers.
What does not: the SQL of the pass (events.py) and the rules (judge.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.batch import (
    BatchFile,
    Pending,
    counted,
    insert_rejects,
    name_paths,
    numbered,
    write_rows,
)
from ingestion.drift import count_fields, count_parquet_fields, learn_signatures
from ingestion.events import events_sql, lines_sql, parquet_sql
from ingestion.judge import Accepted, judge, judge_event
from ingestion.landing import RejectedLine
from ingestion.warehouse import EVENT_TABLES
from livehouse.settings import Settings
from livehouse.sql_text import literal


def stage_texts(
    connection: duckdb.DuckDBPyConnection,
    entries: list[Pending],
    spool: Path,
    settings: Settings,
    now: datetime,
) -> list[BatchFile]:
    name_paths(connection, entries)
    lines = lines_sql([str(entry.text) for entry in entries], settings.max_line_bytes)
    learn_signatures(connection, lines)
    suspects = _read(
        connection,
        events_sql(lines, now, has_keys=True),
        lambda: count_fields(connection, entries[0].batch.file_id),
    )
    good = _rows_by_file(connection, entries[0].batch.file_id)
    staged = []
    canonical: list[tuple[int, str]] = []
    for entry in entries:
        file_id = entry.batch.file_id
        rejects = list(entry.rejects)
        bad: list[tuple[str, str]] = []
        for line in suspects.get(file_id, ()):
            verdict = judge(line, now)
            if isinstance(verdict, Accepted):
                canonical.append((file_id, verdict.line()))
            else:
                bad.append((line, verdict.reason))
        rejects += numbered(entry.text, bad)
        accepted = good.get(file_id, 0) + len(suspects.get(file_id, ())) - len(bad)
        staged.append(counted(entry.batch, accepted, len(rejects)))
        insert_rejects(connection, file_id, rejects, spool)
    insert_canonical(connection, canonical, spool, now)
    return staged


def stage_parquet(
    connection: duckdb.DuckDBPyConnection, entry: Pending, spool: Path, now: datetime
) -> BatchFile:
    file_id, path = entry.batch.file_id, str(entry.file.location)
    try:
        columns = {
            name: duckdb_type
            for name, duckdb_type, *_ in connection.execute(
                f"describe select * from read_parquet({literal(path)})"
            ).fetchall()
        }
        row = connection.execute(
            f"select coalesce(sum(num_rows), 0) from parquet_file_metadata({literal(path)})"
        ).fetchone()
        lines = int(row[0]) if row else 0
        suspects = _read(
            connection,
            parquet_sql(path, file_id, columns, now),
            lambda: count_parquet_fields(connection, path, file_id, columns),
        )
    except duckdb.Error as error:
        # what was read before it broke is no part of the batch
        for table in ("events", "drift"):
            connection.execute(f"delete from batch.{table} where file_id = {file_id}")
        first_line = str(error).splitlines()[0]
        return replace(entry.batch, is_truncated=True, error=f"it is no Parquet file: {first_line}")
    good = _rows_by_file(connection, file_id).get(file_id, 0)
    canonical, rejects = [], []
    for line in suspects.get(file_id, ()):
        event = json.loads(line)
        line_no = event.pop("file_row_number") + 1
        payload = event.get("payload")
        if isinstance(payload, str):
            try:
                event["payload"] = json.loads(payload)
            except (ValueError, RecursionError):
                event["payload"] = payload
        verdict = judge_event(event, now)
        if isinstance(verdict, Accepted):
            canonical.append((file_id, verdict.line()))
        else:
            text = json.dumps(event, ensure_ascii=False)
            rejects.append(RejectedLine(line_no, verdict.reason, text, False))
    insert_canonical(connection, canonical, spool, now)
    insert_rejects(connection, file_id, rejects, spool)
    missing = [name for name in ("event_id", "event_type", "event_ts") if name not in columns]
    error_text = f"it has no column {', '.join(missing)}" if missing else None
    batch = replace(entry.batch, lines=lines, error=error_text)
    return counted(batch, good + len(canonical), len(rejects))


def _read(
    connection: duckdb.DuckDBPyConnection, query: str, look: Callable[[], None]
) -> dict[int, list[str]]:
    """Certainly good rows go to batch.events; file_id -> the texts of the others.

    One table takes both, so that no row is written twice; after a `look` at all of them the
    doubtful ones leave it.
    """
    connection.execute(f"insert into batch.events by name {query}")
    look()
    suspects: dict[int, list[str]] = {}
    for file_id, line in connection.execute(
        "select file_id, suspect_line from batch.events where suspect_line is not null"
    ).fetchall():
        suspects.setdefault(file_id, []).append(line)
    connection.execute("delete from batch.events where suspect_line is not null")
    return suspects


def _rows_by_file(connection: duckdb.DuckDBPyConnection, first_file_id: int) -> dict[int, int]:
    """file_id -> the rows in batch.events, from a file on."""
    rows = connection.execute(
        "select file_id, count(*) from batch.events where file_id >= ? group by file_id",
        [first_file_id],
    )
    return dict(rows.fetchall())


def insert_canonical(
    connection: duckdb.DuckDBPyConnection,
    canonical: list[tuple[int, str]],
    spool: Path,
    now: datetime,
) -> None:
    """Load lines that the judge accepted; canonical spelling needs no further suspicion."""
    if not canonical:
        return
    path = write_rows(spool, ({"file_id": i, "line": line} for i, line in canonical))
    lines = f"""
        select file_id, line
        from read_json({literal(str(path))}, columns = {{file_id: 'INTEGER', line: 'VARCHAR'}},
            format = 'newline_delimited', maximum_object_size = 33554432)
    """
    columns = ", ".join(EVENT_TABLES["events"])
    connection.execute(
        f"insert into batch.events by name select {columns} from ({events_sql(lines, now)})"
    )
