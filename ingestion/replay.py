"""Rejected lines judged again, under the rules of today.

What belongs here: from raw.rejects back through the judges into raw.
What does not: the judges (judge.py, webcast.py, reference.py), and held files: those are read
again from landing as a whole (load.py).

A line can pass now that did not then: a rule was corrected, the limit of a line's length was
raised, or an event that lay in the future no longer does.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingestion import webcast
from ingestion.batch import BatchFile, insert_rows, write_rows
from ingestion.contract import LATEST_EVENT_AHEAD_HOURS
from ingestion.copies import restate_times, settle_counts
from ingestion.erasure import erase_from_batch
from ingestion.event_files import insert_canonical
from ingestion.judge import Accepted, is_object, judge
from ingestion.merge import merge_events
from ingestion.reference import judge_row, row_hash, table_of
from ingestion.rewrite import rewrite_if_due
from ingestion.warehouse import EVENT_TABLES, REFERENCE_COLUMNS, connect, create_batch
from livehouse.settings import Home, Settings


@dataclass(frozen=True)
class ReplayedFile:
    """A file with rejected lines: how many were judged again, and how many came through."""

    path: str
    judged: int
    accepted: int


@dataclass(frozen=True)
class _Line:
    """A rejected line; `row` is its place in raw.rejects."""

    row: int
    file_id: int
    path: str
    family: str
    text: str


def held_files(home: Home, settings: Settings) -> frozenset[str]:
    """The files that wait: their paths below landing."""
    if not home.warehouse.exists():
        return frozenset()
    with connect(home, settings) as connection:
        rows = connection.execute("select path from raw.files where state = 'held'").fetchall()
    return frozenset(path for (path,) in rows)


def replay(home: Home, settings: Settings, now: datetime) -> tuple[ReplayedFile, ...]:
    """Judge the rejected lines of loaded files again and merge those that pass, in one transaction.

    A line that passes enters as a line of its file, whose counts change; any other stays rejected
    for its old reason. `now` is aware and in UTC.
    """
    if not home.warehouse.exists():
        return ()
    with connect(home, settings) as connection:
        create_batch(connection)
        lines = _rejected(connection, settings.max_line_bytes)
        home.spool.mkdir(parents=True, exist_ok=True)
        try:
            passed = [
                *_replay_events(connection, lines, home.spool, now),
                *_replay_webcast(connection, lines, home.spool, now),
                *_replay_reference(connection, lines, home.spool),
            ]
        finally:
            shutil.rmtree(home.spool, ignore_errors=True)
        accepted = Counter(line.file_id for line in passed)
        erased = _erased(connection, home, accepted)
        connection.execute("begin transaction")
        _merge(connection, passed, accepted, erased)
        connection.execute("drop schema batch cascade")
        connection.execute("commit")
    rewrite_if_due(home, settings)
    judged = Counter(line.path for line in lines)
    through = Counter(line.path for line in passed)
    return tuple(ReplayedFile(path, judged[path], through[path]) for path in sorted(judged))


def _rejected(connection: duckdb.DuckDBPyConnection, max_line_bytes: int) -> list[_Line]:
    """What is text and not too long; of the others no judge could think better."""
    rows = connection.execute(
        """
        select rejects.rowid, files.file_id, files.path, files.family, rejects.raw_text
        from raw.rejects as rejects
        inner join raw.files as files using (file_id)
        where files.state = 'loaded' and not rejects.is_base64 and strlen(rejects.raw_text) <= ?
        order by files.path, rejects.line_no
        """,
        [max_line_bytes],
    ).fetchall()
    return [_Line(*row) for row in rows]


def _is_table(line: _Line) -> bool:
    return line.family == "reference" or line.path.lower().endswith(".csv")


def _replay_events(
    connection: duckdb.DuckDBPyConnection, lines: Iterable[_Line], spool: Path, now: datetime
) -> list[_Line]:
    passed, canonical = [], []
    for line in lines:
        if line.family == "events":
            verdict = judge(line.text, now)
            if isinstance(verdict, Accepted):
                passed.append(line)
                canonical.append((line.file_id, verdict.line()))
    insert_canonical(connection, canonical, spool)
    return passed


def _replay_webcast(
    connection: duckdb.DuckDBPyConnection, lines: Iterable[_Line], spool: Path, now: datetime
) -> list[_Line]:
    """Each line stands for itself, so its number takes the place of a file's in the pass."""
    objects = {
        number: line
        for number, line in enumerate(lines)
        if line.family == "webcast" and not _is_table(line) and is_object(line.text)
    }
    if not objects:
        return []
    written = write_rows(
        spool,
        (
            {"number": number, "of_file": line.file_id, "line": line.text}
            for number, line in objects.items()
        ),
    )
    kinds = {"number": "INTEGER", "of_file": "INTEGER", "line": "VARCHAR"}
    connection.execute(
        f"create or replace temp table numbered as select * from {written.sql(kinds)}"
    )
    source = "(select number as file_id, line from numbered)"
    latest_ts = now + timedelta(hours=LATEST_EVENT_AHEAD_HOURS)
    connection.execute(
        "create or replace temp table replayed as"
        f" select * from ({webcast.messages_sql(source, latest_ts=latest_ts)})"
        " where reject_reason is null"
    )
    columns = [f"replayed.{name}" for name in EVENT_TABLES["webcast_messages"] if name != "file_id"]
    connection.execute(
        "insert into batch.webcast_messages by name"
        f" select numbered.of_file as file_id, {', '.join(columns)}"
        " from replayed inner join numbered on replayed.file_id = numbered.number"
    )
    numbers = connection.execute("select file_id from replayed order by file_id").fetchall()
    connection.execute("drop table replayed")
    connection.execute("drop table numbered")
    return [objects[number] for (number,) in numbers]


def _replay_reference(
    connection: duckdb.DuckDBPyConnection, lines: Iterable[_Line], spool: Path
) -> list[_Line]:
    passed = []
    rows: dict[str, list[dict[str, object]]] = {}
    for line in lines:
        table = table_of(line.path) if _is_table(line) else None
        if table is None or not is_object(line.text):
            continue
        values, reason = judge_row(json.loads(line.text), table)
        if reason is None:
            passed.append(line)
            rows.setdefault(f"ref_{table.name}", []).append(
                {"file_id": line.file_id, "row_hash": row_hash(values), **values}
            )
    for name, of_table in rows.items():
        insert_rows(connection, f"batch.{name}", REFERENCE_COLUMNS[name], of_table, spool)
    return passed


def _erased(
    connection: duckdb.DuckDBPyConnection, home: Home, accepted: Counter[int]
) -> Counter[int]:
    """How many of the lines that passed are those of erased people; they leave the batch."""
    files = [BatchFile(file_id, "", "", "", 0, accepted=n) for file_id, n in accepted.items()]
    return Counter(
        {file.file_id: file.erased for file in erase_from_batch(connection, home, files)}
    )


def _merge(
    connection: duckdb.DuckDBPyConnection,
    passed: list[_Line],
    accepted: Counter[int],
    erased: Counter[int],
) -> None:
    connection.execute(
        "delete from raw.rejects where rowid in (select unnest(?::bigint[]))",
        [[line.row for line in passed]],
    )
    connection.execute("create or replace temp table held (file_id integer, reason varchar)")
    for table, columns in EVENT_TABLES.items():
        merge_events(connection, table, columns)
    for table, columns in REFERENCE_COLUMNS.items():
        names = ", ".join(columns)
        connection.execute(f"insert into raw.{table} ({names}) select {names} from batch.{table}")
    for file_id, count in accepted.items():
        connection.execute(
            "update raw.files set rejected = rejected - ?, accepted = accepted + ?,"
            " erased = erased + ? where file_id = ?",
            [count, count - erased[file_id], erased[file_id], file_id],
        )
    settle_counts(connection)
    is_reference = "select file_id from raw.files where family = 'reference'"
    tables = {file_id for (file_id,) in connection.execute(is_reference).fetchall()}
    restate_times(connection, sorted(set(accepted) - tables))
