"""Landing files that hold an erased person, and copies of them without his lines.

What belongs here: finding an id in the bytes of landing, and rewriting a file line by line.
What does not: the rule whose line it is (erasure.py), and what raw holds of him.

Nothing but `rewrite_without` ever changes a landing file. Other lines keep their bytes; the load
log learns the new hash before the file changes, so that no night loads it again.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import duckdb
import zstandard

from ingestion import webcast
from ingestion.batch import write_rows
from ingestion.contract import LATEST_EVENT_AHEAD_HOURS
from ingestion.erasure import PERSON_COLUMNS, ids_in
from ingestion.judge import Accepted, is_object, judge
from ingestion.landing import LandingFile, digest, ignored, read_lines, scan
from ingestion.warehouse import connect
from livehouse.disk import sync
from livehouse.settings import Home, Settings
from livehouse.sql_text import literal

_BOM = "\ufeff"
_WORD = rb"[0-9A-Za-z_-]"
_UNREADABLE = (OSError, EOFError, zlib.error, zstandard.ZstdError, duckdb.Error)


@dataclass(frozen=True)
class RewrittenFile:
    """A landing file after its rewriting: how many lines it lost, or why it was left alone."""

    path: str
    lines: int
    problem: str = ""


def word(text: str) -> re.Pattern[bytes]:
    """The id as a whole word in bytes: `v1` is not in `v10`."""
    return re.compile(rb"(?<!" + _WORD + rb")" + re.escape(text.encode()) + rb"(?!" + _WORD + rb")")


def holders(landing: Path, viewer_id: str) -> tuple[str, ...]:
    """The files below landing in which the id stands, as a whole word, wherever it means."""
    if not landing.is_dir():
        return ()
    found = [file.path for file in scan(landing) if _holds(file, viewer_id)]
    for name in ignored(landing):
        if word(viewer_id).search((landing / name).read_bytes()):
            found.append(name)
    return tuple(sorted(found))


def rewrite_without(
    home: Home, settings: Settings, landing: Path, viewer_id: str, now: datetime
) -> tuple[RewrittenFile, ...]:
    """Rewrite every file with lines of this person without them, each in one step.

    A file that cannot be read to its end is left alone, with its problem.
    """
    done = []
    for file in scan(landing):
        if file.family not in PERSON_FAMILIES or not _holds(file, viewer_id):
            continue
        draft = file.location.with_name(f".{file.location.name}.{os.getpid()}")
        try:
            if file.is_text:
                gone = _rewrite_text(home, file, draft, viewer_id, now)
            elif file.location.suffix.lower() == ".parquet":
                gone = _rewrite_parquet(file, draft, viewer_id)
            else:
                continue
            if gone:
                shutil.copymode(file.location, draft)
                sync(draft)
                _know(home, settings, file, draft, gone)
                draft.replace(file.location)
                sync(file.location.parent)
                done.append(RewrittenFile(file.path, len(gone)))
        except _UNREADABLE as error:
            done.append(RewrittenFile(file.path, 0, f"it cannot be rewritten: {error}"))
        finally:
            draft.unlink(missing_ok=True)
    return tuple(done)


PERSON_FAMILIES = {"events": "events", "webcast": "webcast_messages"}
"""Family of files -> the table whose columns name people."""


def _holds(file: LandingFile, viewer_id: str) -> bool:
    if file.location.suffix.lower() == ".parquet":
        try:
            with duckdb.connect() as connection:
                row = connection.execute(
                    "select count(*) from (select cast(to_json(line) as varchar) as text"
                    f" from read_parquet({literal(str(file.location))}) as line)"
                    " where contains(text, $id)",
                    {"id": viewer_id},
                ).fetchone()
            return row is not None and row[0] > 0
        except duckdb.Error:
            return word(viewer_id).search(file.location.read_bytes()) is not None
    return any(True for _ in _candidates(_readable(file), viewer_id))


def _readable(file: LandingFile) -> Iterator[bytes]:
    """The lines as far as the file can be read."""
    with contextlib.suppress(*_UNREADABLE):
        yield from read_lines(file)


def _create(path: Path, like: Path) -> IO[bytes]:
    match like.suffix.lower():
        case ".gz":
            return gzip.open(path, "wb")  # type: ignore[return-value]
        case ".zst":
            return zstandard.open(path, "wb")  # type: ignore[no-any-return]
        case _:
            return path.open("wb")


def _candidates(lines: Iterable[bytes], viewer_id: str) -> Iterator[tuple[int, str]]:
    """Lines in which the id may stand, by number from 1, as text without their ends."""
    pattern = word(viewer_id)
    for number, line in enumerate(lines, start=1):
        if pattern.search(line) or (b"\\u" in line and viewer_id in _spoken(line)):
            text = line.rstrip(b"\r\n").decode("utf-8", "replace")
            yield number, text.removeprefix(_BOM) if number == 1 else text


def _spoken(line: bytes) -> set[str]:
    return ids_in(line.decode("utf-8", "replace"))


def _rewrite_text(
    home: Home, file: LandingFile, draft: Path, viewer_id: str, now: datetime
) -> set[int]:
    """Write the other lines to `draft`; the numbers (from 1) of the lines left out."""
    candidates = dict(_candidates(read_lines(file), viewer_id))
    if file.family == "events":
        gone = {n for n, text in candidates.items() if _is_event_of(text, viewer_id, now)}
    else:
        gone = _messages_of(home, candidates, viewer_id, now)
    if gone:
        with closing(_create(draft, file.location)) as sink:
            for number, line in enumerate(read_lines(file), start=1):
                if number not in gone:
                    sink.write(line)
    return gone


def _is_event_of(text: str, viewer_id: str, now: datetime) -> bool:
    verdict = judge(text, now)
    if not isinstance(verdict, Accepted):
        return viewer_id in ids_in(text)
    fields = {**verdict.event.get("payload", {}), **verdict.event}
    return any(fields.get(name) == viewer_id for name in PERSON_COLUMNS["events"])


def _messages_of(home: Home, candidates: dict[int, str], viewer_id: str, now: datetime) -> set[int]:
    """The numbers of a capture's lines that are this person's."""
    gone, objects = set(), []
    for number, text in candidates.items():
        if is_object(text):
            objects.append({"number": number, "line": text})
        elif viewer_id in ids_in(text):
            gone.add(number)
    if not objects:
        return gone
    home.spool.mkdir(parents=True, exist_ok=True)
    try:
        rows = write_rows(home.spool, objects).sql({"number": "INTEGER", "line": "VARCHAR"})
        source = f"(select number as file_id, line from {rows})"
        latest_ts = now + timedelta(hours=LATEST_EVENT_AHEAD_HOURS)
        people = ", ".join(PERSON_COLUMNS["webcast_messages"])
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            judged = connection.execute(
                f"select file_id, reject_reason, [{people}]"
                f" from ({webcast.messages_sql(source, latest_ts=latest_ts)})"
            ).fetchall()
    finally:
        shutil.rmtree(home.spool, ignore_errors=True)
    for number, reason, people_of in judged:
        if viewer_id in (ids_in(candidates[number]) if reason else people_of):
            gone.add(number)
    return gone


def _rewrite_parquet(file: LandingFile, draft: Path, viewer_id: str) -> set[int]:
    """The other rows, in their order and with their types; the numbers (from 1) of those left."""
    path = literal(str(file.location))
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(
            "select number, text from (select file_row_number as number,"
            " cast(to_json(line) as varchar) as text"
            f" from read_parquet({path}, file_row_number = true) as line)"
            " where contains(text, $id)",
            {"id": viewer_id},
        ).fetchall()
        gone = {number + 1 for number, text in rows if _is_row_of(text, viewer_id)}
        if gone:
            connection.execute(
                f"copy (select * exclude (file_row_number) from"
                f" read_parquet({path}, file_row_number = true)"
                f" where file_row_number not in ({', '.join(str(n - 1) for n in gone)})"
                f" order by file_row_number) to {literal(str(draft))} (format parquet)"
            )
    return gone


def _is_row_of(text: str, viewer_id: str) -> bool:
    """Whether a row names him in a field that holds viewers; its payload may be JSON text."""
    row = json.loads(text)
    payload = row.get("payload")
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return viewer_id in ids_in(payload) or str(row.get("viewer_id")) == viewer_id
    fields = {**(payload if isinstance(payload, dict) else {}), **row}
    return viewer_id in {str(fields[name]) for name in PERSON_COLUMNS["events"] if name in fields}


def _know(home: Home, settings: Settings, file: LandingFile, draft: Path, gone: set[int]) -> None:
    """The load log takes the new hash for the old one, and both count as seen from now on;
    rejected lines get their new numbers.
    """
    if not home.warehouse.exists():
        return
    old = digest(file)
    status = draft.stat()
    with draft.open("rb") as source:
        new = hashlib.file_digest(source, "sha256").hexdigest()
    with connect(home, settings) as connection:
        known = connection.execute("select 1 from raw.files where sha256 = ?", [old]).fetchone()
        if known is None:
            return
        connection.execute("begin transaction")
        connection.execute(
            "delete from raw.seen where path = ? and bytes = ? and mtime_ns = ?",
            [file.path, status.st_size, status.st_mtime_ns],
        )
        connection.execute(
            "insert into raw.seen values (?, ?, ?, ?), (?, ?, ?, ?)",
            [
                *(file.path, file.bytes, file.mtime_ns, old),
                *(file.path, status.st_size, status.st_mtime_ns, new),
            ],
        )
        connection.execute(
            "update raw.rejects set line_no = line_no"
            " - len(list_filter($gone, lambda number: number < line_no))"
            " where file_id in (select file_id from raw.files where sha256 = $old)",
            {"gone": sorted(gone), "old": old},
        )
        connection.execute(
            "update raw.files set sha256 = ?, bytes = ? where sha256 = ?",
            [new, status.st_size, old],
        )
        connection.execute("commit")
