"""What readers get: how quickly the release answers, and how large it is.

What belongs here: measures on a published file. What does not: building it.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

TRIES = 5


@dataclass(frozen=True)
class Answer:
    """The median time of a sample query, in milliseconds."""

    mart: str
    question: str
    milliseconds: float


def answers(release: Path) -> list[Answer]:
    """Every query of meta.sample_queries, the slowest first."""
    with duckdb.connect(str(release), read_only=True) as connection:
        queries = connection.execute(
            "select mart, question, query from meta.sample_queries order by all"
        ).fetchall()
        found = [
            Answer(mart, question, median(_milliseconds(connection, query) for _ in range(TRIES)))
            for mart, question, query in queries
        ]
    return sorted(found, key=lambda answer: -answer.milliseconds)


def _milliseconds(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    start = time.perf_counter()
    connection.execute(query).fetchall()
    return (time.perf_counter() - start) * 1000


def parquet_bytes(release: Path) -> int:
    """All tables and views of the release as zstd Parquet, together."""
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(str(release), read_only=True) as connection,
    ):
        for schema, name in connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall():
            connection.execute(
                f"copy {schema}.{name} to '{folder}/{schema}.{name}.parquet'"
                " (format parquet, compression zstd)"
            )
        return sum(path.stat().st_size for path in Path(folder).iterdir())


def models(release: Path) -> int:
    """How many models the last night built."""
    with duckdb.connect(str(release), read_only=True) as connection:
        row = connection.execute(
            "select count(*) from meta.run_profile where step = 'models' and contains(name, '.')"
            " and release_id = (select max(release_id) from meta.releases)"
        ).fetchone()
    return int(row[0]) if row else 0


def totals(release: Path) -> tuple[int, ...]:
    """Sums that the peers have too; Livehouse counts them by its own models."""
    with duckdb.connect(str(release), read_only=True) as connection:
        row = connection.execute(
            "select count(*), sum(impressions), sum(views), sum(comments), sum(product_clicks),"
            " sum(sku_orders), sum(viewers), sum(likes) from facts.fct_live_session"
        ).fetchone()
    return tuple(int(value) for value in row or ())
