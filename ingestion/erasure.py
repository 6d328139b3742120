"""Erased people: the tombstones that keep them out, and which lines are theirs.

What belongs here: the rule whose line it is, dropping such lines from a batch and from raw.
What does not: landing files (landing_copies.py), releases, the free blocks (rewrite.py).

A line is a person's where a field that holds a viewer names him; a rejected line already where his
id stands anywhere in it, because nobody knows what it was meant to say.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from ingestion.batch import BatchFile, delete_rows
from ingestion.copies import restate_times, settle_counts, take_out
from ingestion.rewrite import rewrite_due
from ingestion.warehouse import EVENT_TABLES, connect
from livehouse.disk import sync
from livehouse.errors import LivehouseError
from livehouse.key import home_key, pads, tombstone, tombstone_sql
from livehouse.settings import Home, Settings, key_from_environment

PERSON_COLUMNS: dict[str, tuple[str, ...]] = {
    "events": ("viewer_id", "target_viewer_id", "guest_id"),
    "webcast_messages": ("viewer_id", "deleted_viewer_id", "receiver_id"),
}
"""The columns of raw.<table> that hold a viewer; creators and hosts are no viewers."""

_FIELD = "regexp_replace(name, '^payload\\.', '')"
_TOKEN = re.compile(r"[0-9A-Za-z_-]+")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Tombstones:
    """The keyed hashes of everybody who was erased."""

    key: bytes
    marks: frozenset[str]

    def hold(self, viewer_id: str) -> bool:
        return tombstone(self.key, viewer_id) in self.marks


def read_tombstones(home: Home) -> Tombstones | None:
    """The tombstones of a home, None where nobody was ever erased.

    Raises LivehouseError where the key is another than they were made with: erased people would
    come back unseen.
    """
    if not home.tombstones.exists():
        return None
    first, *marks = home.tombstones.read_text().split()
    if (key_from_environment() is not None or home.key.exists()) and (
        tombstone(key := home_key(home), "") == first
    ):
        return Tombstones(key, frozenset(marks))
    raise LivehouseError(
        "The key is not the one that the tombstones of erased viewers were made with.",
        where=str(home.key),
        remedy="Restore the key from a backup, or set LIVEHOUSE_KEY to it; nothing was loaded.",
    )


def add_tombstone(home: Home, viewer_id: str) -> None:
    """Keep a person out from now on; written whole or not at all, and kept for ever."""
    known = read_tombstones(home)
    key = home_key(home)
    marks = (known.marks if known else frozenset()) | {tombstone(key, viewer_id)}
    draft = home.tombstones.with_name(f".tombstones-{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        # Sorted: the order would tell who was erased when.
        file.write("\n".join([tombstone(key, ""), *sorted(marks)]) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(home.tombstones)
    sync(home.root)


def ids_in(text: str) -> set[str]:
    """Every word of a line that may be an id, however it is written."""
    found = set(_TOKEN.findall(text)) | set(_QUOTED.findall(text))
    with contextlib.suppress(ValueError, RecursionError):
        found |= set(_leaves(json.loads(text)))
    return found


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        yield str(value)


def reject_text(raw_text: str, is_base64: bool) -> str:
    """A rejected line as far as it is text."""
    return base64.b64decode(raw_text).decode("utf-8", "replace") if is_base64 else raw_text


def erase_from_batch(
    connection: duckdb.DuckDBPyConnection, home: Home, staged: list[BatchFile]
) -> list[BatchFile]:
    """Drop the lines of erased people from the batch and count them."""
    stones = read_tombstones(home)
    if stones is None or not staged:
        return staged
    ids = " union ".join(
        f"select distinct {column} as id from batch.{table}"
        for table, columns in PERSON_COLUMNS.items()
        for column in columns
    )
    connection.execute(
        f"create or replace temp table erased_people as select id from ({ids})"
        f" where id is not null and list_contains($marks, {tombstone_sql('id')})",
        {**pads(stones.key), "marks": sorted(stones.marks)},
    )
    passed: Counter[int] = Counter()
    for table in EVENT_TABLES:
        where = _names(table, "(select id from erased_people)")
        counts = _count(connection, f"batch.{table}", where)
        if counts:
            delete_rows(connection, table, where)
        passed += counts
    connection.execute("drop table erased_people")
    connection.execute(
        f"delete from batch.drift where list_contains($marks, {tombstone_sql(_FIELD)})",
        {**pads(stones.key), "marks": sorted(stones.marks)},
    )
    rejected = _delete_rejects(connection, "batch.rejects", stones.hold)
    if passed or rejected:
        rewrite_due(home)
    return [
        replace(
            batch,
            accepted=batch.accepted - passed[batch.file_id],
            rejected=batch.rejected - rejected[batch.file_id],
            erased=batch.erased + passed[batch.file_id] + rejected[batch.file_id],
        )
        for batch in staged
    ]


def erase_from_raw(home: Home, settings: Settings, viewer_id: str) -> dict[str, int]:
    """Delete a person's lines from raw and count them as erased; path -> lines.

    As if they had never come: a copy of somebody else's takes the place of a lost one. The rows
    go at once; their bytes go when the warehouse is written anew, which is due from here on.
    """
    if not home.warehouse.exists():
        return {}
    with connect(home, settings) as connection:
        connection.execute("begin transaction")
        connection.execute("create or replace temp table erased_people (id varchar)")
        connection.execute("insert into erased_people values ($id)", {"id": viewer_id})
        winners: Counter[int] = Counter()
        losers: Counter[int] = Counter()
        for table, columns in EVENT_TABLES.items():
            where = _names(table, "(select id from erased_people)")
            winners += _count(connection, f"raw.{table}", where)
            losers += _count(connection, f"raw.{table}_duplicates", where)
            take_out(connection, table, columns, where)
        rejected = _delete_rejects(connection, "raw.rejects", viewer_id.__eq__, viewer_id)
        lines = winners + losers + rejected
        has_batch = _has_batch(connection)
        # a dump may use ids as names of fields
        names = connection.execute(
            f"delete from raw.drift where {_FIELD} = $id returning name", {"id": viewer_id}
        ).fetchall()
        if not lines and not has_batch and not names:
            connection.execute("rollback")
            return {}
        rewrite_due(home)
        for file_id, erased in lines.items():
            connection.execute(
                "update raw.files set erased = erased + ?, accepted = accepted - ?,"
                " duplicates = duplicates - ?, rejected = rejected - ? where file_id = ?",
                [erased, winners[file_id], losers[file_id], rejected[file_id], file_id],
            )
        settle_counts(connection)
        restate_times(connection, list((winners + losers).keys()))
        connection.execute("drop schema if exists batch cascade")
        paths = dict(connection.execute("select file_id, path from raw.files").fetchall())
        connection.execute("commit")
    told: Counter[str] = Counter()
    for file_id, erased in lines.items():
        told[paths[file_id]] += erased
    return dict(sorted(told.items()))


def _has_batch(connection: duckdb.DuckDBPyConnection) -> bool:
    """What an interrupted night left; it is read again from landing."""
    query = "select 1 from duckdb_schemas() where schema_name = 'batch' and not internal"
    return connection.execute(query).fetchone() is not None


def _names(table: str, people: str) -> str:
    return " or ".join(f"coalesce({name} in {people}, false)" for name in PERSON_COLUMNS[table])


def _count(connection: duckdb.DuckDBPyConnection, table: str, where: str) -> Counter[int]:
    rows = connection.execute(
        f"select file_id, count(*) from {table} where {where} group by file_id"
    )
    return Counter(dict(rows.fetchall()))


def _delete_rejects(
    connection: duckdb.DuckDBPyConnection, table: str, is_erased: Any, viewer_id: str | None = None
) -> Counter[int]:
    """Delete rejected lines with an id that `is_erased`; a known id lets most lines be passed."""
    maybe = (
        "true"
        if viewer_id is None
        else "is_base64 or contains(raw_text, '\\u') or contains(raw_text, $id)"
    )
    values: Mapping[str, str] = {} if viewer_id is None else {"id": viewer_id}
    counts: Counter[int] = Counter()
    gone = []
    for row, file_id, text, is_base64 in connection.execute(
        f"select rowid, file_id, raw_text, is_base64 from {table} where {maybe}", values
    ).fetchall():
        if any(is_erased(word) for word in ids_in(reject_text(text, is_base64))):
            counts[file_id] += 1
            gone.append(row)
    if gone:
        connection.execute(
            f"delete from {table} where rowid in (select unnest($rows::bigint[]))", {"rows": gone}
        )
    return counts
