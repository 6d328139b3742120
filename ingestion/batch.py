"""One night's batch: new files with their counts, rows and rejects, before anything is merged.

What belongs here: the nouns of a batch and how rows get into its tables.
What does not: reading a family of files (event_files.py, webcast_files.py, reference_files.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from ingestion import plain
from ingestion.landing import LandingFile, RejectedLine, line_numbers
from ingestion.warehouse import BATCH_FILE_COLUMNS, REJECT_COLUMNS
from livehouse.sql_text import literal


@dataclass(frozen=True)
class BatchFile:
    """One new file and how its lines fared: counts of lines, before deduplication."""

    file_id: int
    path: str
    family: str
    sha256: str
    bytes: int
    lines: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    erased: int = 0
    is_truncated: bool = False
    error: str | None = None
    is_accepted_by_hand: bool = False

    @property
    def reject_share(self) -> float:
        return self.rejected / self.lines if self.lines else 0.0


@dataclass(frozen=True)
class Pending:
    """A new file with its bytes inspected: `text` is what its lines are read from.

    `rejects` are the lines that are no text at all; in `text` they are empty.
    """

    file: LandingFile
    batch: BatchFile
    text: Path
    rejects: tuple[RejectedLine, ...] = field(default=())


def counted(batch: BatchFile, accepted: int, rejected: int) -> BatchFile:
    """The file with its counts; what is neither accepted nor rejected was blank."""
    return replace(
        batch, accepted=accepted, rejected=rejected, blank=batch.lines - accepted - rejected
    )


def numbered(text: Path, bad: list[tuple[str, str]]) -> list[RejectedLine]:
    """Rejected lines, (line, reason), with their numbers in the text; equal lines in turn."""
    if not bad:
        return []
    places = line_numbers(text, (line for line, _ in bad))
    return [
        RejectedLine(places[line].pop(0) if places[line] else 0, reason, line, False)
        for line, reason in bad
    ]


@dataclass(frozen=True)
class RowsFile:
    """Rows that Python made, as JSON lines: the quick way into DuckDB. `longest` is in bytes."""

    path: Path
    longest: int

    def sql(self, columns: Mapping[str, str]) -> str:
        """A table function that reads the rows. Of the size that DuckDB is told it takes twice,
        for each thread, whatever there is to read.
        """
        kinds = ", ".join(f"{name}: {literal(kind)}" for name, kind in columns.items())
        return (
            f"read_json({literal(str(self.path))}, columns = {{{kinds}}},"
            f" format = 'newline_delimited', maximum_object_size = {self.longest + 1})"
        )


def write_rows(spool: Path, rows: Iterable[Mapping[str, Any]]) -> RowsFile:
    """Rows as a file in the spool, in place of those that were written there last."""
    spool.mkdir(parents=True, exist_ok=True)
    path, longest = spool / "rows.jsonl", 0
    with path.open("wb") as sink:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n"
            longest = max(longest, len(line))
            sink.write(line)
    return RowsFile(path, longest)


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    spool: Path,
) -> None:
    """Append typed rows to a table of the batch.

    The first parameter of a statement would make DuckDB import pandas, a third of a second.
    """
    written = write_rows(spool, rows)
    if written.longest:
        connection.execute(
            f"insert into {table} select {', '.join(columns)} from {written.sql(columns)}"
        )


def insert_rejects(
    connection: duckdb.DuckDBPyConnection,
    file_id: int,
    rejects: Iterable[RejectedLine],
    spool: Path,
) -> None:
    """Keep the rejected lines of a file with number, reason and raw text."""
    rows = (
        {
            "file_id": file_id,
            "line_no": reject.line_no,
            "reason": reject.reason,
            "raw_text": reject.raw_text,
            "is_base64": reject.is_base64,
        }
        for reject in rejects
    )
    insert_rows(connection, "batch.rejects", REJECT_COLUMNS, rows, spool)


def insert_files(
    connection: duckdb.DuckDBPyConnection, files: Iterable[BatchFile], spool: Path
) -> None:
    """Write the counts of the batch's files, for the gate and the merge."""
    rows = ({name: getattr(batch, name) for name in BATCH_FILE_COLUMNS} for batch in files)
    insert_rows(connection, "batch.files", BATCH_FILE_COLUMNS, rows, spool)


def name_paths(
    connection: duckdb.DuckDBPyConnection, entries: Iterable[Pending], spool: Path
) -> None:
    """The temporary table batch_paths, which gives a text's rows their file_id."""
    connection.execute("create or replace temp table batch_paths (path varchar, file_id integer)")
    rows = ({"path": str(entry.text), "file_id": entry.batch.file_id} for entry in entries)
    columns = {"path": "VARCHAR", "file_id": "INTEGER"}
    insert_rows(connection, "batch_paths", columns, rows, spool)


def batch_rows(
    connection: duckdb.DuckDBPyConnection, table: str, clause: str = ""
) -> tuple[str, ...]:
    """SELECTs of the batch's rows of raw.<table>, none where there are none; `clause` (where, order
    by) holds in each.
    """
    typed, narrow = f"batch.{table}", ""
    if table == "events":
        typed, narrow = "batch.events_typed", "batch.events_plain"
    queries = []
    if _has_rows(connection, typed):
        queries.append(f"select * from {typed} {clause}")
    if narrow and _has_rows(connection, narrow):
        queries.append(plain.typed_sql(f"(select * from {narrow} {clause})"))
    return tuple(queries)


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select 1 from {table} limit 1").fetchone() is not None


def delete_rows(connection: duckdb.DuckDBPyConnection, table: str, where: str) -> None:
    """Take rows of raw.<table> out of the batch; `where` may name any of its columns."""
    if table != "events":
        connection.execute(f"delete from batch.{table} where {where}")
        return
    connection.execute(f"delete from batch.events_typed where {where}")
    rows = plain.typed_sql("(select rowid as place, * from batch.events_plain)", "place,")
    connection.execute(
        f"delete from batch.events_plain where rowid in (select place from ({rows}) where {where})"
    )
