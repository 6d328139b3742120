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

from ingestion import plain
from ingestion.batch import (
    BatchFile,
    Pending,
    counted,
    insert_rejects,
    name_paths,
    numbered,
    write_rows,
)
from ingestion.drift import count_fields, count_keys, count_parquet_fields, learn_signatures
from ingestion.events import events_sql, lines_sql, parquet_sql
from ingestion.judge import Accepted, judge, judge_event
from ingestion.landing import RejectedLine
from livehouse.settings import Settings
from livehouse.sql_text import literal


def stage_texts(
    connection: duckdb.DuckDBPyConnection,
    entries: list[Pending],
    spool: Path,
    settings: Settings,
    now: datetime,
) -> list[BatchFile]:
    name_paths(connection, entries, spool)
    lines = lines_sql([str(entry.text) for entry in entries], settings.max_line_bytes)
    suspects = _read_texts(connection, lines, entries[0].batch.file_id, now)
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
    insert_canonical(connection, canonical, spool)
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
        count_parquet_fields(connection, path, file_id, columns, plain.IS_PLAIN_PAYLOAD)
        suspects = _read_parquet(connection, path, file_id, columns, now)
    except duckdb.Error as error:
        # what was read before it broke is no part of the batch
        for table in ("events_plain", "events_typed", "drift"):
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
    insert_canonical(connection, canonical, spool)
    insert_rejects(connection, file_id, rejects, spool)
    missing = [name for name in ("event_id", "event_type", "event_ts") if name not in columns]
    error_text = f"it has no column {', '.join(missing)}" if missing else None
    batch = replace(entry.batch, lines=lines, error=error_text)
    return counted(batch, good + len(canonical), len(rejects))


def _read_texts(
    connection: duckdb.DuckDBPyConnection, lines: str, first_file_id: int, now: datetime
) -> dict[int, list[str]]:
    """Good rows go to the batch; file_id -> the lines that the exact judge has to see.

    What is not plain is read a second time by the wide pass, unless that is not worth its planning.
    """
    share = connection.execute(
        f"select avg(cast({plain.IS_PLAIN} as integer)) from ({lines} limit {plain.SAMPLE_LINES})"
    ).fetchone()
    if share is not None and share[0] is not None and share[0] >= plain.MOSTLY:
        connection.execute(f"insert into batch.events_plain by name {plain.plain_sql(lines, now)}")
        connection.execute(
            "create or replace temp table doubtful as select file_id, suspect_line as line"
            " from batch.events_plain where suspect_line is not null"
        )
        connection.execute("delete from batch.events_plain where suspect_line is not null")
        lines = "select file_id, line from doubtful"
        few = connection.execute(f"{lines} limit {plain.FEW_LINES + 1}").fetchall()
        if len(few) <= plain.FEW_LINES:
            count_keys(connection, lines)
            return _by_file(few)
    learn_signatures(connection, lines)
    return _read(
        connection, events_sql(lines, now), lambda: count_fields(connection, first_file_id)
    )


def _read_parquet(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    file_id: int,
    columns: dict[str, str],
    now: datetime,
) -> dict[int, list[str]]:
    """Good rows go to the batch; the others as JSON, as of _read_texts."""
    rows = ""
    if plain.has_plain_columns(columns):
        connection.execute(
            "insert into batch.events_plain by name"
            f" {plain.plain_parquet_sql(path, file_id, columns, now)}"
        )
        connection.execute(
            "create or replace temp table doubtful as"
            " select cast(suspect_line as bigint) as file_row_number"
            " from batch.events_plain where suspect_line is not null"
        )
        if connection.execute("select 1 from doubtful limit 1").fetchone() is None:
            return {}
        connection.execute("delete from batch.events_plain where suspect_line is not null")
        rows = "where file_row_number in (select file_row_number from doubtful)"
    return _read(connection, parquet_sql(path, file_id, columns, now, rows), lambda: None)


def _read(
    connection: duckdb.DuckDBPyConnection, query: str, look: Callable[[], None]
) -> dict[int, list[str]]:
    """Certainly good rows go to batch.events_typed; file_id -> the texts of the others.

    One table takes both, so that no row is written twice; after a `look` at all of them the
    doubtful ones leave it.
    """
    connection.execute(f"insert into batch.events_typed by name {query}")
    look()
    suspects = connection.execute(
        "select file_id, suspect_line from batch.events_typed where suspect_line is not null"
    ).fetchall()
    connection.execute("delete from batch.events_typed where suspect_line is not null")
    return _by_file(suspects)


def _by_file(lines: list[tuple[int, str]]) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = {}
    for file_id, line in lines:
        texts.setdefault(file_id, []).append(line)
    return texts


def _rows_by_file(connection: duckdb.DuckDBPyConnection, first_file_id: int) -> dict[int, int]:
    """file_id -> the rows in batch.events, from a file on."""
    rows = connection.execute(
        f"select file_id, count(*) from batch.events where file_id >= {first_file_id}"
        " group by file_id"
    )
    return dict(rows.fetchall())


def insert_canonical(
    connection: duckdb.DuckDBPyConnection,
    canonical: list[tuple[int, str]],
    spool: Path,
) -> None:
    """Load lines that the judge accepted; canonical spelling needs no further suspicion."""
    if not canonical:
        return
    written = write_rows(spool, ({"file_id": i, "line": line} for i, line in canonical))
    lines = f"select file_id, line from {written.sql({'file_id': 'INTEGER', 'line': 'VARCHAR'})}"
    connection.execute(f"insert into batch.events_plain by name {plain.canonical_sql(lines)}")
