"""Viewers leave the house under pseudonyms: keyed hashes, the same in every table and every night.

Belongs here: which published columns hold viewers, and the select list that hides them. Does not:
the hash itself (livehouse/key.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def viewer_columns(
    connection: duckdb.DuckDBPyConnection, schemas: Iterable[str]
) -> dict[tuple[str, str], dict[str, str]]:
    """(schema, table) -> column -> condition of the columns of tables of the attached `warehouse`
    that hold viewers. A view shows what its table does.
    """
    holders: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "semi join duckdb_tables() using (database_name, schema_name, table_name) "
        "where database_name = 'warehouse' and list_contains(?, schema_name) order by all",
        [list(schemas)],
    ).fetchall():
        condition = holds_viewers(schema, table, column)
        if condition is not None and kind == "VARCHAR":
            holders.setdefault((schema, table), {})[column] = condition
    return holders


def create_pseudonyms(
    connection: duckdb.DuckDBPyConnection,
    key: bytes,
    holders: Mapping[tuple[str, str], Mapping[str, str]],
    only: Mapping[tuple[str, str], str],
) -> None:
    """The temporary table `pseudonyms` of every viewer in these columns, each hashed once; of the
    tables in `only`, of those in the rows for which the condition on `source` holds.
    """
    ids = ["select null::varchar as viewer_id"]
    for table, columns in holders.items():
        for column, condition in columns.items():
            ids.append(
                f"select distinct {quoted(column)} from {quoted('warehouse', *table)} as source"
                f" where ({condition}) and {only.get(table, 'true')}"
            )
    connection.execute(
        f"create or replace temp table pseudonyms as select viewer_id, "
        f"{pseudonym_sql('viewer_id')} as pseudonym "
        f"from ({' union '.join(ids)}) where viewer_id is not null",
        pads(key),
    )


def hidden(schema: str, table: str, columns: Mapping[str, str], where: str | None = None) -> str:
    """A SELECT over a table of the warehouse, called `source`, with pseudonyms for its viewers,
    rows in order.
    """
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
    shown = f"source.* replace ({', '.join(replaced)})" if replaced else "source.*"
    table_rows = quoted("warehouse", schema, table)
    if where is not None:
        # Before the joins: they would look up the viewers of every row.
        table_rows = f"(select * from {table_rows} as source where {where})"
    return f"select {shown} from {table_rows} as source {' '.join(joins)}"
