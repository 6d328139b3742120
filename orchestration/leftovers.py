"""Tables of models that are no longer there, as an upgrade leaves them behind in the warehouse.

Belongs here: finding and dropping them after a build of everything. Does not: what the models are.
"""

from __future__ import annotations

from collections.abc import Collection

from ingestion.warehouse import connect
from livehouse.settings import Home, Settings
from livehouse.sql_text import quoted

LISTS = "changes"
"""The schema in which models list what changed (the macro `list_of`)."""


def drop_leftovers(home: Home, settings: Settings, made: Collection[str]) -> list[str]:
    """Drop every table and view that is not in `made` from the schemas of those that are, and every
    such list.

    Both as `schema.name`. They would be published as if they were of today, and gate 2 would refuse
    them for ever, since nobody describes them; an old list would hold on to viewers.
    """
    schemas = sorted({LISTS, *(name.partition(".")[0] for name in made)})
    with connect(home, settings) as connection:
        found = connection.execute(
            "select 'table', schema_name, table_name from duckdb_tables()"
            " where database_name = current_database() and list_contains(?, schema_name) union all"
            " select 'view', schema_name, view_name from duckdb_views()"
            " where database_name = current_database() and list_contains(?, schema_name)"
            " order by all",
            [schemas, schemas],
        ).fetchall()
        left = [row for row in found if f"{row[1]}.{row[2]}" not in made]
        for kind, schema, name in left:
            connection.execute(f"drop {kind} {quoted(schema, name)}")
    return [f"{schema}.{name}" for _, schema, name in left]
