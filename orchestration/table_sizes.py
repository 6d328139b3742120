"""How large the tables of the warehouse are, as cheaply as DuckDB can tell.

What belongs here: the catalogue's own numbers, and how many threads they give work to. What does
not: counting anything.
"""

from __future__ import annotations

import math
from collections.abc import Set

import duckdb

from ingestion.warehouse import ROWS_OF_A_THREAD
from livehouse.settings import Home, Settings
from livehouse.sql_text import literal

ROWS_WORTH_MEASURING = 100_000
"""Smaller tables share their blocks with others, and each look costs some milliseconds."""

MEMORY_OF_A_LOOK = "256MB"
"""DuckDB reads every block of a table that it tells the blocks of, and keeps what it may keep."""


def table_sizes(home: Home, measured: Set[str]) -> dict[str, tuple[int, int | None]]:
    """room.table -> its rows, and its bytes on the disk (whole blocks) where it is a large one of
    those to be `measured`: DuckDB looks at every segment for that, which takes seconds where there
    is a year of them.
    """
    with duckdb.connect(
        str(home.warehouse), read_only=True, config={"memory_limit": MEMORY_OF_A_LOOK}
    ) as connection:
        (block,) = connection.execute(
            "select block_size from pragma_database_size()"
        ).fetchone() or (0,)
        rows = connection.execute(
            "select schema_name || '.' || table_name, estimated_size from duckdb_tables()"
            " where not internal"
        ).fetchall()
        return {
            table: (count, _blocks(connection, table) * block)
            if count >= ROWS_WORTH_MEASURING and table in measured
            else (count, None)
            for table, count in rows
        }


def useful_threads(home: Home, settings: Settings) -> int:
    """As many threads as the largest table gives work to; any more would wait, and busily."""
    if not home.warehouse.exists():
        return settings.threads
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        (largest,) = connection.execute(
            "select max(estimated_size) from duckdb_tables() where not internal"
        ).fetchone() or (None,)
    return max(1, min(settings.threads, math.ceil((largest or 0) / ROWS_OF_A_THREAD)))


def _blocks(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(
        "select count(distinct block_id)"
        f" from pragma_storage_info({literal(table)}) where block_id >= 0"
    ).fetchone()
    return int(row[0]) if row else 0
