"""What changed between two releases, table by table.

Belongs here: the comparison, by the keys that the newer file names in meta.table_keys. Does not:
showing it (livehouse/summary.py), or why a number changed (meta.restatements).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from livehouse.errors import UsageError
from livehouse.settings import Home
from livehouse.sql_text import literal, quoted
from publishing.release import current_release, named_release, release_before
from publishing.restatements import differs

_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class ColumnChange:
    """A column with other values: over all rows of each release, and in rows that both have.

    The sums are None for a column that does not add up (a ratio, people) or is no number.
    """

    column: str
    changed_rows: int
    sum_before: float | None
    sum_after: float | None
    largest_change: float | None


@dataclass(frozen=True)
class TableChange:
    """A table that both releases have; without a known key rows are compared as wholes."""

    table: str
    key: tuple[str, ...]
    rows_before: int
    rows_after: int
    rows_added: int
    rows_removed: int
    rows_changed: int
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_changed: tuple[ColumnChange, ...]

    @property
    def is_changed(self) -> bool:
        return bool(
            self.rows_added
            or self.rows_removed
            or self.rows_changed
            or self.columns_added
            or self.columns_removed
        )


@dataclass(frozen=True)
class ReleaseChange:
    """Two releases: tables of one only, and every table of both."""

    before: str
    after: str
    tables_added: tuple[str, ...]
    tables_removed: tuple[str, ...]
    tables: tuple[TableChange, ...]


def compare_releases(home: Home, before: str | None, after: str | None) -> ReleaseChange:
    """What `after` (default: the current release) changed against `before` (the one before it).

    Raises UsageError where there is no such release.
    """
    newer = named_release(home, after) if after is not None else current_release(home)
    if newer is None:
        raise UsageError("there is no release yet", remedy="Publish one: livehouse run.")
    older = (
        named_release(home, before)
        if before is not None
        else release_before(home, newer.release_id)
    )
    with duckdb.connect() as connection:
        for catalog, release in (("before", older), ("after", newer)):
            connection.execute(
                f"attach {literal(str(release.file))} as {quoted(catalog)} (read_only)"
            )
        old, new = _tables(connection, "before"), _tables(connection, "after")
        keys = _keys(connection, new) or _keys(connection, old, "before")
        additive = _additive(connection, new)
        tables = tuple(
            _compare(connection, name, old[name], new[name], keys.get(name, ()), additive)
            for name in sorted(old.keys() & new.keys())
        )
    return ReleaseChange(
        before=older.release_id,
        after=newer.release_id,
        tables_added=tuple(sorted(new.keys() - old.keys())),
        tables_removed=tuple(sorted(old.keys() - new.keys())),
        tables=tables,
    )


_Columns = dict[str, str]


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, _Columns]:
    tables: dict[str, _Columns] = {}
    for table, column, data_type in connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and not internal order by all",
        [catalog],
    ).fetchall():
        tables.setdefault(table, {})[column] = data_type
    return tables


def _keys(
    connection: duckdb.DuckDBPyConnection, tables: dict[str, _Columns], catalog: str = "after"
) -> dict[str, tuple[str, ...]]:
    if "meta.table_keys" not in tables:
        return {}
    rows = connection.execute(
        f"select table_name, key_columns from {quoted(catalog)}.meta.table_keys"
    ).fetchall()
    return {table: tuple(key.split(", ")) for table, key in rows}


def _additive(
    connection: duckdb.DuckDBPyConnection, tables: dict[str, _Columns]
) -> dict[str, bool]:
    if not {"metric", "is_additive"} <= tables.get("meta.metrics", {}).keys():
        return {}
    return dict(
        connection.execute('select metric, is_additive from "after".meta.metrics').fetchall()
    )


def _compare(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    old: _Columns,
    new: _Columns,
    key: tuple[str, ...],
    additive: dict[str, bool],
) -> TableChange:
    shared = [name for name in new if name in old]
    names = (quoted("before", *table.split(".")), quoted("after", *table.split(".")))
    changes: tuple[ColumnChange, ...] = ()
    if not key or not set(key) <= set(shared):
        counts, key = _by_row(connection, names, shared), ()
    else:
        values = {name: new[name] for name in shared if name not in key}
        same_type = {name for name in values if old[name] == new[name]}
        counts, changes = _by_key(connection, names, key, values, same_type, additive)
    return TableChange(
        table,
        key,
        *counts,
        columns_added=tuple(
            f"{name} {kind}" for name, kind in new.items() if old.get(name) != kind
        ),
        columns_removed=tuple(
            f"{name} {kind}" for name, kind in old.items() if new.get(name) != kind
        ),
        columns_changed=changes,
    )


def _by_row(
    connection: duckdb.DuckDBPyConnection, names: tuple[str, str], shared: list[str]
) -> tuple[int, int, int, int, int]:
    columns = ", ".join(quoted(name) for name in shared)
    before, after = (f"select {columns} from {name}" for name in names)
    row = connection.execute(
        f"select (select count(*) from {names[0]}), (select count(*) from {names[1]}),"
        f" (select count(*) from ({after} except all {before})),"
        f" (select count(*) from ({before} except all {after})), 0"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2], row[3], row[4]


def _by_key(
    connection: duckdb.DuckDBPyConnection,
    names: tuple[str, str],
    key: tuple[str, ...],
    values: _Columns,
    same_type: set[str],
    additive: dict[str, bool],
) -> tuple[tuple[int, int, int, int, int], tuple[ColumnChange, ...]]:
    """One pass: a full join by the key, in which NULL is a value like any other."""
    compared = [name for name in values if name in same_type]
    both = "b.is_here and a.is_here"
    conditions = {
        name: differs(f"b.{quoted(name)}", f"a.{quoted(name)}", values[name]) for name in compared
    }
    selected = [
        "count(b.is_here)",
        "count(a.is_here)",
        "count(*) filter (where b.is_here is null)",
        "count(*) filter (where a.is_here is null)",
        f"count(*) filter (where {both} and ({' or '.join(conditions.values()) or 'false'}))",
    ]
    for name, condition in conditions.items():
        old, new = f"b.{quoted(name)}", f"a.{quoted(name)}"
        is_number = values[name].startswith(_NUMBERS)
        selected.append(f"count(*) filter (where {both} and {condition})")
        if is_number:
            sums = additive.get(name, False)
            selected.append(f"cast(sum({old}) as double)" if sums else "null")
            selected.append(f"cast(sum({new}) as double)" if sums else "null")
            selected.append(
                f"cast(max(abs({new} - {old})) filter (where {both} and {condition}) as double)"
            )
        else:
            selected += ["null"] * 3
    condition = " and ".join(f"b.{quoted(k)} is not distinct from a.{quoted(k)}" for k in key)
    row = connection.execute(
        f"select {', '.join(selected)}"
        f" from (select *, true as is_here from {names[0]}) as b"
        f" full join (select *, true as is_here from {names[1]}) as a on {condition}"
    ).fetchone()
    assert row is not None
    changes = []
    for place, name in enumerate(conditions):
        changed, old_sum, new_sum, largest = row[5 + 4 * place : 9 + 4 * place]
        if changed or old_sum != new_sum:
            changes.append(ColumnChange(name, changed, old_sum, new_sum, largest))
    return (row[0], row[1], row[2], row[3], row[4]), tuple(changes)
