"""A file taken back: raw as it would be if the file had never come.

What belongs here: finding the file by its name, and undoing its rows.
What does not: publishing what is left (orchestration).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import duckdb

from ingestion.copies import settle_counts, take_out
from ingestion.warehouse import EVENT_TABLES, REFERENCE_COLUMNS, connect
from livehouse.errors import UsageError
from livehouse.settings import Home, Settings

MIN_HASH_LENGTH = 8
_STATES = ("loaded", "held", "withdrawn")
_Row = tuple[str, str, str, int]
"""Path, hash, state and accepted lines of a file in the load log."""


@dataclass(frozen=True)
class Withdrawal:
    """A file that is out of raw; `was` is the state before, `accepted` its lines that counted."""

    path: str
    sha256: str
    was: str
    accepted: int


def find_file(home: Home, settings: Settings, name: str) -> Withdrawal:
    """The one file of the load log that `name` means: its path below landing, the end of that, or
    the first digits of its hash; of a copy the file that brought the same bytes first. Raises
    UsageError where there is none or more than one.
    """
    rows: list[_Row] = []
    copies: list[tuple[str, _Row]] = []
    if home.warehouse.exists():
        with connect(home, settings) as connection:
            rows = connection.execute(
                "select path, sha256, state, accepted from raw.files"
                " where list_contains(?, state) order by path, file_id",
                [list(_STATES)],
            ).fetchall()
            copies = [
                (name_of_copy, tuple(row))
                for name_of_copy, *row in connection.execute(
                    "select seen.path, files.path, files.sha256, files.state, files.accepted"
                    " from raw.seen as seen inner join raw.files as files using (sha256)"
                    " where seen.path not in (select path from raw.files)"
                    " and files.sha256 <> '' and list_contains(?, files.state) order by all",
                    [list(_STATES)],
                ).fetchall()
            ]
    named = (
        _named(name, [(row[0], row) for row in rows])
        or _named(name, copies)
        or [row for row in rows if len(name) >= MIN_HASH_LENGTH and row[1].startswith(name)]
    )
    # Of several contents under one name, those that still count.
    named = [row for row in named if row[2] != "withdrawn"] or named[-1:]
    if len(named) == 1:
        return Withdrawal(*named[0])
    if named:
        raise UsageError(
            f"{name!r} means {len(named)} files: "
            + ", ".join(f"{path} ({sha256[:12]})" for path, sha256, *_ in named),
            remedy="Name one by its whole path, or by the digits of its hash.",
        )
    by_end = {path.rpartition("/")[2]: path for path, *_ in rows}
    near = difflib.get_close_matches(name.rpartition("/")[2], by_end, n=1, cutoff=0.0)
    raise UsageError(
        f"No file {name!r} was ever loaded.",
        where=str(home.warehouse),
        remedy=f"The nearest name is {by_end[near[0]]}." if near else "Nothing was loaded yet.",
    )


def _named(name: str, files: list[tuple[str, _Row]]) -> list[_Row]:
    """The rows of the files that go by this whole path, or else by this end of it, each once."""
    whole = [row for path, row in files if path == name]
    return list(dict.fromkeys(whole or [row for path, row in files if path.endswith(f"/{name}")]))


def withdraw(home: Home, settings: Settings, file: Withdrawal) -> None:
    """Undo a file in one transaction: its events and messages go and other copies come forward,
    its reference rows and rejected lines go, and the counts of the other files are right again.

    The load log keeps it as `withdrawn`, with its counts as they were, so that its bytes are not
    loaded again while they lie in landing.
    """
    with connect(home, settings) as connection:
        connection.execute("begin transaction")
        file_id = _file_id(connection, file)
        where = f"file_id = {file_id}"
        for table, columns in EVENT_TABLES.items():
            take_out(connection, table, columns, where)
        for table in (*REFERENCE_COLUMNS, "rejects", "drift"):
            connection.execute(f"delete from raw.{table} where {where}")
        connection.execute(
            "update raw.files set state = 'withdrawn', held_reason = null where file_id = ?",
            [file_id],
        )
        settle_counts(connection)
        connection.execute("commit")


def _file_id(connection: duckdb.DuckDBPyConnection, file: Withdrawal) -> int:
    row = connection.execute(
        "select file_id from raw.files where path = ? and sha256 = ? and state = ?",
        [file.path, file.sha256, file.was],
    ).fetchone()
    assert row is not None
    return int(row[0])
