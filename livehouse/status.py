"""How the house stands: last loads, rejects, checks, releases, freshness.

What belongs here: reading, from the release (always open) and the warehouse (when no night runs).
What does not: changing anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from livehouse.errors import LivehouseError, UsageError
from livehouse.lock import reader_lock
from livehouse.settings import Home

LOADS_SHOWN = 10
NAMES_SHOWN = 20


@dataclass(frozen=True)
class Status:
    """Everything `livehouse status` tells; counts are lines, times are UTC."""

    home: str
    release_id: str
    published_at: str
    release_path: str
    newest_event_at: str
    hours_behind: float | None
    files: int
    held: tuple[dict[str, Any], ...]
    last_loads: tuple[dict[str, Any], ...]
    rejects: tuple[dict[str, Any], ...]
    checks_passed: int
    checks_warned: int
    checks_failed: int
    troubled_checks: tuple[dict[str, Any], ...]
    drift: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class RejectedLine:
    """One rejected line and where it stands."""

    path: str
    line_no: int
    reason: str
    text: str


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection; LivehouseError where a night holds the file."""
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise LivehouseError(
            f"The file cannot be read now: {str(error).splitlines()[0]}",
            where=str(path),
            remedy="Wait for the running night to end; releases can be read at any time.",
        ) from error
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def reading_warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse, which keeps a night from starting meanwhile."""
    with reader_lock(home) as is_free:
        if not is_free:
            raise LivehouseError(
                "A night is running and holds the warehouse.",
                where=str(home.root),
                remedy="Wait for it to end; releases can be read at any time.",
            )
        with reading(home.warehouse) as connection:
            yield connection


def read_status(home: Home, now: datetime) -> Status:
    """The state of a home; a home without a release has an empty one. `now` is aware, UTC."""
    release = home.current / "livehouse.duckdb"
    loads = troubled = held = rejects = drift = ()  # type: tuple[dict[str, Any], ...]
    counts = {"passed": 0, "warned": 0, "failed": 0}
    newest: datetime | None = None
    files = 0
    release_id = published_at = ""
    if release.exists():
        release_id = home.current.resolve().name
        with reading(release) as connection:
            published_at = _one(
                connection,
                "select coalesce(strftime(max(published_at), '%Y-%m-%d %H:%M:%S'), '')"
                " from meta.releases where release_id = ?",
                [release_id],
            )
            newest = _one(
                connection, "select max(max_event_ts) from meta.loads where state = 'loaded'"
            )
            files = _one(connection, "select count(*) from meta.loads where state = 'loaded'")
            loads = _rows(
                connection,
                "select path, state, lines, accepted, duplicates, rejected, blank,"
                " strftime(loaded_at, '%Y-%m-%d %H:%M:%S') as loaded_at from meta.loads"
                f" order by loaded_at desc, path limit {LOADS_SHOWN}",
            )
            held = _rows(
                connection,
                "select path, held_reason from meta.loads where state = 'held' order by path",
            )
            troubled = _rows(
                connection,
                "select name, table_name, metric, severity, observed from meta.checks"
                " where not is_passed order by severity, name",
            )
            drift = _drift(connection)
            counts["passed"] = _one(connection, "select count(*) from meta.checks where is_passed")
    for check in troubled:
        counts["failed" if check["severity"] == "error" else "warned"] += 1
    rejects = _rejects_by_reason(home)
    behind = None if newest is None else now - newest.replace(tzinfo=UTC)
    return Status(
        home=str(home.root),
        release_id=release_id,
        published_at=published_at,
        release_path=str(release) if release_id else "",
        newest_event_at="" if newest is None else f"{newest:%Y-%m-%d %H:%M:%S}",
        hours_behind=None if behind is None else round(behind.total_seconds() / 3600, 1),
        files=files,
        held=held,
        last_loads=loads,
        rejects=rejects,
        checks_passed=counts["passed"],
        checks_warned=counts["warned"],
        checks_failed=counts["failed"],
        troubled_checks=troubled,
        drift=drift,
    )


def read_rejects(home: Home, file: str | None, limit: int) -> tuple[RejectedLine, ...]:
    """Rejected lines in file and line order, of one file (path below landing, or name) or all."""
    if not home.warehouse.exists():
        return ()
    with reading_warehouse(home) as connection:
        if file is not None:
            known = _one(
                connection,
                "select count(*) from raw.files where path = $1 or ends_with(path, '/' || $1)",
                [file],
            )
            if not known:
                raise UsageError(
                    f"No file {file!r} was ever loaded.",
                    where=str(home.warehouse),
                    remedy="`livehouse status` lists the last loads; name one by its path.",
                )
        rows = connection.execute(
            """
            select files.path, rejects.line_no, rejects.reason, rejects.raw_text
            from raw.rejects as rejects
            inner join raw.files as files using (file_id)
            where $file is null or files.path = $file or ends_with(files.path, '/' || $file)
            order by files.path, rejects.line_no
            limit $limit
            """,
            {"file": file, "limit": limit},
        ).fetchall()
    return tuple(RejectedLine(*row) for row in rows)


def _drift(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], ...]:
    """Names that the contract lacks; a release of an older version has no such table."""
    if not _one(
        connection,
        "select count(*) from duckdb_tables() where schema_name = 'meta' and table_name = 'drift'",
    ):
        return ()
    return _rows(
        connection,
        "select kind, name, lines, files,"
        " strftime(first_loaded_at, '%Y-%m-%d %H:%M:%S') as first_loaded_at, first_path"
        f" from meta.drift order by first_loaded_at desc, lines desc, name limit {NAMES_SHOWN}",
    )


def _rejects_by_reason(home: Home) -> tuple[dict[str, Any], ...]:
    if not home.warehouse.exists():
        return ()
    try:
        with reading_warehouse(home) as connection:
            return _rows(
                connection,
                "select reason, count(*) as lines from raw.rejects group by reason"
                " order by lines desc, reason",
            )
    except LivehouseError:
        # A night is running; the release has the rest.
        return ()


def _one(connection: duckdb.DuckDBPyConnection, sql: str, values: Any = None) -> Any:
    row = connection.execute(sql, values).fetchone()
    return row[0] if row else None


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[dict[str, Any], ...]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
