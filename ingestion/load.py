"""Landing to raw: what is new is read into a batch, judged by the gate, and merged exactly once.

What belongs here: the order of the steps of reading. The merge has its own module (merge.py).
What does not: bytes (landing.py), families of files (*_files.py), and the decision which file is
held back (data_quality).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.batch import BatchFile, Pending, insert_files, insert_rows
from ingestion.drift import count_event_types
from ingestion.erasure import erase_from_batch
from ingestion.event_files import stage_parquet, stage_texts
from ingestion.judge import Accepted, judge
from ingestion.landing import (
    Inspection,
    LandingFile,
    RejectedLine,
    clean,
    digest,
    ignored,
    inspect,
    scan,
)
from ingestion.merge import LoadedFile, LoadSummary, merge
from ingestion.reference_files import stage_rows
from ingestion.warehouse import SEEN_COLUMNS, connect, create_batch, set_threads
from ingestion.webcast_files import stage_texts as stage_captures
from livehouse.errors import UsageError
from livehouse.settings import Home, Settings

__all__ = ["Delivery", "LoadSummary", "LoadedFile", "check_accept", "has_news", "merge", "stage"]

Report = Callable[[str], None]
Seen = set[tuple[str, int, int]]
_COMPRESSION_GUESS = 12


@dataclass(frozen=True)
class Delivery:
    """What a night found new in the landing folder."""

    files: tuple[BatchFile, ...]


def has_news(home: Home, settings: Settings, landing: Path) -> bool:
    """Whether bytes came that the warehouse has not seen.

    A file is looked at by name, size and modification time, and hashed only where these are new;
    a copy or a touched file is remembered, so that it is hashed once.
    """
    files = scan(landing)
    if not home.warehouse.exists():
        return bool(files)
    with connect(home, settings) as connection:
        seen = _seen(connection)
        logged = connection.execute("select sha256, path from raw.files").fetchall()
        hashes = {sha256 for sha256, _ in logged if sha256} | _hashes_seen(connection)
        unreadable = {path for sha256, path in logged if not sha256}
        for file in files:
            if (file.path, file.bytes, file.mtime_ns) in seen:
                continue
            sha256 = digest(file)
            if not sha256 and file.path in unreadable:
                continue
            if not sha256 or sha256 not in hashes:
                return True
            connection.execute(
                "insert into raw.seen values (?, ?, ?, ?)",
                [file.path, file.bytes, file.mtime_ns, sha256],
            )
    return False


def check_accept(landing: Path, accept: frozenset[str]) -> None:
    """Raise UsageError for a name to accept that no file in the landing folder has."""
    files = scan(landing) if accept else ()
    for name in accept:
        if not any(_is_named(file, frozenset({name})) for file in files):
            raise UsageError(
                f"No file {name!r} in the landing folder to accept.",
                where=str(landing),
                remedy="`livehouse status` lists the files that are held back.",
            )


def stage(
    home: Home,
    settings: Settings,
    landing: Path,
    now: datetime,
    accept: frozenset[str] = frozenset(),
    report: Report = lambda _: None,
    retry: frozenset[str] = frozenset(),
) -> Delivery:
    """Read every file that is new by its bytes into the schema `batch` of the warehouse.

    `accept` names held or withdrawn files (path below landing, or file name) that shall be loaded
    after all; `retry` names held files that are read and judged again. Lines of erased people are
    dropped and counted.
    Raises LivehouseError where the landing folder or the home cannot be used.
    """
    files = scan(landing)
    check_accept(landing, accept)
    left_alone = ignored(landing)
    if left_alone:
        shown = ", ".join(left_alone[:5]) + (" ..." if len(left_alone) > 5 else "")
        report(f"left alone, no family of files reads them: {shown}")
    with connect(home, settings) as connection:
        create_batch(connection)
        night = _Staging(connection, home.spool, settings, now, accept, retry, report)
        try:
            staged = erase_from_batch(connection, home, night.read(files))
            insert_files(connection, staged, home.spool)
        finally:
            shutil.rmtree(home.spool, ignore_errors=True)
        count_event_types(connection)
    return Delivery(tuple(staged))


@dataclass(frozen=True)
class _Staging:
    """The means of one night's reading."""

    connection: duckdb.DuckDBPyConnection
    spool: Path
    settings: Settings
    now: datetime
    accept: frozenset[str]
    retry: frozenset[str]
    report: Report

    def read(self, files: tuple[LandingFile, ...]) -> list[BatchFile]:
        seen = _seen(self.connection)
        # Bytes that were rewritten without somebody's lines are known, though no file has them.
        states = dict.fromkeys(_hashes_seen(self.connection), "loaded")
        states |= dict(self.connection.execute("select sha256, state from raw.files").fetchall())
        row = self.connection.execute("select coalesce(max(file_id), 0) from raw.files").fetchone()
        file_id = row[0] if row else 0
        new = [
            file
            for file in files
            if (file.path, file.bytes, file.mtime_ns) not in seen
            or _is_named(file, self.accept | self.retry)
        ]
        staged: list[BatchFile] = []
        remembered: list[dict[str, object]] = []
        for group in _groups(new, self.settings.spool_bytes):
            shutil.rmtree(self.spool, ignore_errors=True)
            self.spool.mkdir(parents=True)
            pending = []
            for file, inspection in self._inspect_all(group):
                sha256 = inspection.sha256
                state = states.get(sha256)
                by_hand = _is_named(file, self.accept) and state in ("held", "withdrawn")
                again = _is_named(file, self.retry) and state == "held"
                if sha256:
                    remembered.append({**vars(file), "sha256": sha256})
                if sha256 in states and not by_hand and not again:
                    continue
                if sha256:
                    states[sha256] = "loaded"
                file_id += 1
                batch = BatchFile(
                    file_id,
                    file.path,
                    file.family,
                    sha256,
                    file.bytes,
                    lines=inspection.lines,
                    is_truncated=inspection.is_truncated,
                    error=inspection.error,
                    is_accepted_by_hand=by_hand,
                )
                pending.append(self._cleaned(file, batch, inspection))
            staged += self._stage(pending)
        insert_rows(self.connection, "batch.seen", SEEN_COLUMNS, remembered, self.spool)
        return sorted(staged, key=lambda batch: batch.file_id)

    def _inspect_all(self, files: list[LandingFile]) -> Iterator[tuple[LandingFile, Inspection]]:
        def look(numbered: tuple[int, LandingFile]) -> Inspection:
            number, file = numbered
            try:
                return inspect(
                    file,
                    self.spool / f"{number}.jsonl",
                    self.settings.max_line_bytes,
                    self.settings.max_unpacked_bytes,
                )
            except PermissionError as error:
                text = f"it cannot be read: {error.strerror}"
                return Inspection("", 0, file.location, True, True, text)

        with ThreadPoolExecutor(self.settings.threads) as pool:
            yield from zip(files, pool.map(look, enumerate(files)), strict=True)

    def _cleaned(self, file: LandingFile, batch: BatchFile, inspection: Inspection) -> Pending:
        """A text that is not clean gets a clean copy; any other is read where it is."""
        if inspection.is_clean:
            return Pending(file, batch, inspection.text)
        rewrite = self._canonical_event if file.family == "events" else _canonical_json
        copy = self.spool / f"clean-{batch.file_id}.jsonl"
        limit = self.settings.max_line_bytes
        return Pending(file, batch, copy, clean(inspection.text, copy, limit, rewrite))

    def _canonical_event(self, line: str) -> str | RejectedLine:
        verdict = judge(line, self.now)
        if isinstance(verdict, Accepted):
            return verdict.line()
        return RejectedLine(0, verdict.reason, line, False)

    def _stage(self, pending: list[Pending]) -> list[BatchFile]:
        # A row of Parquet takes some 30 bytes; its file has no lines to count.
        lines = sum(entry.batch.lines or entry.file.bytes // 30 for entry in pending)
        set_threads(self.connection, self.settings, lines)
        staged = []
        events, captures = [], []
        for entry in pending:
            if not entry.batch.sha256:
                staged.append(entry.batch)
            elif entry.file.family == "events" and entry.file.is_text:
                events.append(entry)
            elif entry.file.family == "webcast" and entry.file.is_text:
                captures.append(entry)
            elif entry.file.family == "events":
                self.report(f"reading {entry.file.path}")
                staged.append(stage_parquet(self.connection, entry, self.spool, self.now))
            else:
                staged.append(stage_rows(self.connection, entry, self.spool))
        if events:
            self.report(f"reading {len(events)} dump(s) of events")
            staged += stage_texts(self.connection, events, self.spool, self.settings, self.now)
        if captures:
            self.report(f"reading {len(captures)} capture(s) of the webcast feed")
            staged += stage_captures(self.connection, captures, self.spool, self.settings, self.now)
        return staged


def _canonical_json(line: str) -> str | RejectedLine:
    try:
        return json.dumps(json.loads(line), ensure_ascii=False)
    except (ValueError, RecursionError):
        return RejectedLine(0, "malformed_json", line, False)


def _seen(connection: duckdb.DuckDBPyConnection) -> Seen:
    return set(connection.execute("select path, bytes, mtime_ns from raw.seen").fetchall())


def _hashes_seen(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {sha256 for (sha256,) in connection.execute("select sha256 from raw.seen").fetchall()}


def _is_named(file: LandingFile, names: frozenset[str]) -> bool:
    return bool(names & {file.path, file.location.name, str(file.location)})


def _groups(files: list[LandingFile], limit: int) -> Iterator[list[LandingFile]]:
    """Files in path order, in groups that unpack to about `limit` bytes at the most."""
    group: list[LandingFile] = []
    size = 0
    for file in files:
        packed = file.location.suffix.lower() in (".gz", ".zst")
        guess = file.bytes * (_COMPRESSION_GUESS if packed else 1)
        if group and size + guess > limit:
            yield group
            group, size = [], 0
        group.append(file)
        size += guess
    if group:
        yield group
