"""What a candidate takes over from the release that readers see: the tables of which tonight's
build replaced only rows.

Belongs here: when that is allowed, the copy of the file, and which rows go and come. Does not: what
tells that a row was rebuilt (dbt's `rebuilt` models), and everything else of a candidate.

In doubt every table is copied from the warehouse: after a night that built everything, failed, was
judged or was killed, after a rollback, a withdrawal, another key, another version.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb

from livehouse.sql_text import quoted

Table = tuple[str, str]
"""Schema and name."""


@dataclass(frozen=True)
class RebuiltBy:
    """Of a table, last night's build replaced the rows whose `columns` stand in the table `listed`
    of the warehouse, and no other.
    """

    columns: tuple[str, ...]
    listed: Table

    def rows(self, alias: str, listed: str = "") -> str:
        """A SQL condition: the row of `alias` was rebuilt, by the warehouse's list or one that has
        the same columns. What the models do with NULL, this does: the shape is that of
        dbt_project/macros/rebuilt.sql.
        """
        whose = ", ".join(f"{alias}.{quoted(column)}" for column in self.columns)
        names = ", ".join(quoted(column) for column in self.columns)
        return f"({whose}) in (select {names} from {listed or quoted('warehouse', *self.listed)})"

    def viewers(self, of_table: Mapping[str, str]) -> dict[str, str]:
        """Those of its columns that hold viewers, given those of the table: in a release they have
        other names than in the list.
        """
        return {column: when for column, when in of_table.items() if column in self.columns}


def seal(key: bytes, build_id: str, *made_with: object) -> str:
    """What a release keeps of the build it shows: another one for each key, version and way to
    publish, so that nothing made otherwise is taken over.
    """
    parts = [build_id, version("livehouse"), duckdb.__version__, *made_with]
    text = json.dumps(parts, sort_keys=True)
    return hmac.digest(key, b"build:" + text.encode(), hashlib.sha256).hex()


def shows(file: Path, seal_of_build: str, max_waste: float) -> bool:
    """Whether a release shows the build of this seal, and its file has no more than this share of
    blocks and of rows that nobody reads any more: copying as a whole is what leaves them behind.
    """
    if not file.exists():
        return False
    with duckdb.connect(str(file), read_only=True) as release:
        columns = release.execute(
            "select count(*) from duckdb_columns() where schema_name = 'meta'"
            " and table_name = 'releases' and column_name = 'build_seal'"
        ).fetchone()
        if columns != (1,):
            return False
        shown = release.execute(
            "select build_seal from meta.releases where release_id = ?",
            [file.resolve().parent.name],
        ).fetchone()
        return shown == (seal_of_build,) and waste(release) <= max_waste


def waste(release: duckdb.DuckDBPyConnection) -> float:
    """The share of a file's blocks that are free, or of its rows that are deleted."""
    free = release.execute(
        "select free_blocks / greatest(total_blocks, 1) from pragma_database_size()"
        " where database_name = current_database()"
    ).fetchone()
    # estimated_size counts deleted rows too, until DuckDB rewrites their row group.
    tables = release.execute(
        "select schema_name, table_name, estimated_size from duckdb_tables() where not internal"
    ).fetchall()
    counts = " union all ".join(
        f"select count(*) as rows from {quoted(schema, name)}" for schema, name, _ in tables
    )
    row = release.execute(f"select sum(rows) from ({counts})").fetchone()
    stored = sum(size for _, _, size in tables)
    assert free is not None and row is not None
    deleted: float = 1 - int(row[0]) / max(stored, 1)
    return max(float(free[0]), deleted)


def copy_file(source: Path, target: Path) -> None:
    """The same bytes in a file of its own, which may be written to: never a link.

    The kernel copies; where the file system can, both share their blocks until one changes.
    """
    try:
        with source.open("rb") as old, target.open("wb") as new:
            left = os.fstat(old.fileno()).st_size
            while left:
                copied = os.copy_file_range(old.fileno(), new.fileno(), left)
                if not copied:
                    raise OSError(f"{source} ended before its end")
                left -= copied
    except (AttributeError, OSError):
        shutil.copyfile(source, target)


def keep(
    connection: duckdb.DuckDBPyConnection,
    rebuilt: Mapping[Table, RebuiltBy],
) -> dict[Table, RebuiltBy]:
    """Take everything out of the catalog `candidate` but the tables of which rows can be replaced,
    and return these: the same columns as in the warehouse, and a list that still tells what was
    rebuilt.

    Any other table with the columns of the warehouse stays, empty: it keeps its comments. So does
    a view that is the warehouse's own.
    """
    ours, theirs = (_columns(connection, catalog) for catalog in ("candidate", "warehouse"))
    lists = tables_of(connection, "warehouse")  # a view would show what is listed now
    kept = {
        table: by
        for table, by in rebuilt.items()
        if table in ours and ours[table] == theirs.get(table) and by.listed in lists
    }
    views, shown = views_of(connection, "candidate"), views_of(connection, "warehouse")
    for table in ours.keys() - kept.keys():
        is_same = ours[table] == theirs.get(table) and views.get(table) == shown.get(table)
        if not is_same:
            kind = "view" if table in views else "table"
            connection.execute(f"drop {kind} {quoted('candidate', *table)}")
        elif table not in views:
            connection.execute(f"delete from {quoted('candidate', *table)}")
    for (name,) in connection.execute(
        "select distinct function_name from duckdb_functions()"
        " where database_name = 'candidate' and not internal"
    ).fetchall():
        connection.execute(f"drop macro {quoted('candidate', 'main', name)}")
    return kept


def tables_of(connection: duckdb.DuckDBPyConnection, catalog: str) -> set[Table]:
    """The tables of a catalog, without its views."""
    return {
        (schema, name)
        for schema, name in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = ?", [catalog]
        ).fetchall()
    }


def views_of(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[Table, str]:
    """The views of a catalog, each with the statement that creates it, which names no catalog."""
    return {
        (schema, name): sql
        for schema, name, sql in connection.execute(
            "select schema_name, view_name, sql from duckdb_views()"
            " where database_name = ? and not internal order by all",
            [catalog],
        ).fetchall()
    }


def has_as_many_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
    """Whether candidate and warehouse hold as many rows of a table: the proof of a replacement."""
    counts = ", ".join(
        f"(select count(*) from {quoted(catalog, *table)})"
        for catalog in ("candidate", "warehouse")
    )
    row = connection.execute(f"select {counts}").fetchone()
    return row is not None and row[0] == row[1]


def build_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The id of the build that the attached `warehouse` shows; None where none came to its end."""
    known = connection.execute(
        "select count(*) from duckdb_columns() where database_name = 'warehouse'"
        " and schema_name = 'raw' and table_name = 'built' and column_name = 'build_id'"
    ).fetchone()
    if known != (1,):
        return None
    row = connection.execute("select max(build_id) from warehouse.raw.built").fetchone()
    return row[0] if row else None


def _columns(
    connection: duckdb.DuckDBPyConnection, catalog: str
) -> dict[Table, list[tuple[str, str]]]:
    found: dict[Table, list[tuple[str, str]]] = {}
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and not internal order by schema_name, table_name, column_index",
        [catalog],
    ).fetchall():
        found.setdefault((schema, table), []).append((column, kind))
    return found
