"""How long the nights took, in the release itself: the table meta.run_profile.

Belongs here: its rows, tonight's and those of earlier nights. Does not: taking the time
(livehouse/profile.py), and what a trend of it means (data_quality/pace.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from livehouse.profile import Span

NIGHTS_CARRIED = 30

COMMENT = (
    "Where the time of the nights went that published something, of the last"
    f" {NIGHTS_CARRIED} releases; one row per release, step and name. What a machine does, not what"
    " the data says: two builds of the same data differ here."
)
COLUMNS = {
    "release_id": ("VARCHAR", "The release that the night published."),
    "step": (
        "VARCHAR",
        "start, load, models, checks, candidate; or night, for the figures of the whole.",
    ),
    "name": (
        "VARCHAR",
        "The piece of the step; a model as room.model. Of a night: seconds, peak memory, spill.",
    ),
    "seconds": ("DOUBLE", "Wall seconds; of a night, up to the moment of showing the release."),
    "cpu_seconds": ("DOUBLE", "CPU seconds of all threads meanwhile."),
    "row_count": ("BIGINT", "Rows of the table afterwards; NULL for views and other pieces."),
    "bytes": (
        "BIGINT",
        "Bytes on the disk in whole blocks, for tables from 100,000 rows on of which the night made"
        " the whole; peak memory of the process; the most that was seen spilled. NULL where it was"
        " not measured.",
    ),
}


def carry_on(connection: duckdb.DuckDBPyConnection) -> None:
    """The earlier nights of the catalog `previous` become rows of the catalog `candidate`."""
    present = {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = 'previous'"
            " and schema_name = 'meta' and table_name = 'run_profile'"
        ).fetchall()
    }
    # A release of before this table, or of a later version, has nothing that could be carried on.
    if not set(COLUMNS) <= present:
        return
    names = ", ".join(COLUMNS)
    connection.execute(
        f"""
        insert into candidate.meta.run_profile ({names})
        select {names}
        from previous.meta.run_profile
        where release_id in (
            select distinct release_id from previous.meta.run_profile
            order by release_id desc
            limit {NIGHTS_CARRIED - 1}
        )
        """
    )


def record(connection: duckdb.DuckDBPyConnection, release_id: str, spans: Iterable[Span]) -> None:
    """Tonight's rows, in place of what is there for this release, into the catalog `candidate`."""
    connection.execute("delete from candidate.meta.run_profile where release_id = ?", [release_id])
    rows = [(release_id, s.step, s.name, s.seconds, s.cpu_seconds, s.rows, s.bytes) for s in spans]
    columns = list(zip(*rows, strict=True))
    if columns:
        # One statement: a row at a time takes longer than the night's gate.
        connection.execute(
            "insert into candidate.meta.run_profile"
            f" select {', '.join(f'unnest(${n + 1})' for n in range(len(columns)))}",
            [list(column) for column in columns],
        )
