"""Viewers leave the house under pseudonyms: keyed hashes, the same in every table and every night.

Belongs here: which published columns hold viewers, and the select list that hides them. Does not:
the hash itself (livehouse/key.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from livehouse.key import pads, pseudonym_sql
from livehouse.sql_text import quoted

VIEWER_SUFFIX = "viewer_id"
"""A column of this name, or one that ends in it after an underscore, holds viewers everywhere."""

OTHER_COLUMNS: dict[str, str] = {
    # A guest may be any viewer; the other subjects are products, promotions and battles.
    "facts.fct_interval.subject_id": "kind = 'guest'",
    "marts.event_effects.subject_id": "kind = 'guest'",
}
"""schema.table.column -> the rows in which it holds a viewer. A new one is declared here."""


def holds_viewers(schema: str, table: str, column: str) -> str | None:
    """The condition under which a column holds a viewer, None where it never does."""
    if column == VIEWER_SUFFIX or column.endswith(f"_{VIEWER_SUFFIX}"):
        return "true"
    return OTHER_COLUMNS.get(f"{schema}.{table}.{column}")


def create_pseudonyms(
    connection: duckdb.DuckDBPyConnection, key: bytes, schemas: Iterable[str]
) -> dict[tuple[str, str], dict[str, str]]:
    """The temporary table `pseudonyms` of every viewer in the attached `warehouse`, each hashed
    once; returns (schema, table) -> column -> condition of the columns that hold viewers.
    """
    holders: dict[tuple[str, str], dict[str, str]] = {}
    ids = ["select null::varchar as viewer_id"]
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = 'warehouse' and list_contains(?, schema_name) order by all",
        [list(schemas)],
    ).fetchall():
        condition = holds_viewers(schema, table, column)
        if condition is not None and kind == "VARCHAR":
            holders.setdefault((schema, table), {})[column] = condition
            ids.append(
                f"select distinct {quoted(column)} from {quoted('warehouse', schema, table)}"
                f" where {condition}"
            )
    connection.execute(
        f"create or replace temp table pseudonyms as select viewer_id, "
        f"{pseudonym_sql('viewer_id')} as pseudonym "
        f"from ({' union '.join(ids)}) where viewer_id is not null",
        pads(key),
    )
    return holders


def hidden(schema: str, table: str, columns: dict[str, str]) -> str:
    """A SELECT over a table of the warehouse with pseudonyms for its viewers, rows in order."""
    joins, replaced = [], []
    for number, (column, condition) in enumerate(columns.items()):
        alias = f"person_{number}"
        joins.append(
            f"left join pseudonyms as {alias} on source.{quoted(column)} = {alias}.viewer_id"
        )
        hidden_id = f"{alias}.pseudonym"
        if condition != "true":
            hidden_id = f"case when {condition} then {hidden_id} else source.{quoted(column)} end"
        replaced.append(f"{hidden_id} as {quoted(column)}")
    return (
        f"select source.* replace ({', '.join(replaced)}) "
        f"from {quoted('warehouse', schema, table)} as source {' '.join(joins)}"
    )
