"""Of which LIVEs and days raw events changed since the models were last built: what a night has to
rebuild.

What belongs here: the tables behind that, raw.touched_lives, raw.touched_days and raw.built_lives,
and the rule by which a night builds everything. What does not: which other LIVEs depend on a
changed one; that is a model (dbt_project/models/intermediate/int_rebuilt_lives.sql).

A touched LIVE or day stays touched until a build that knew of it came to its end, so a night that
was killed or failed leaves its work to the next.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import duckdb

from ingestion.warehouse import BUILT_COLUMNS, EVENT_TABLES, connect
from livehouse.settings import Home, Settings


@dataclass(frozen=True)
class _Source:
    """What the models call the source, whether a row is somebody's entry, and its days."""

    name: str
    is_entry: str
    days: str


_SOURCES = {
    "events": _Source("events", "event_type = 'room_enter'", "cast(event_ts as date)"),
    # what ends a battle also tells when it began
    "webcast_messages": _Source(
        "webcast",
        "kind = 'join'",
        "unnest([cast(event_ts as date), cast(battle_start_ts as date)])",
    ),
}


def touch(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Note the LIVEs and the UTC days of rows in the shape of raw.<table>, `rows` as it stands
    after `from`, and whether somebody's entry is among them; in the caller's transaction.
    """
    source = _SOURCES[table]
    connection.execute(
        f"""
        create or replace temp table touched as
        select live_id, event_date, bool_or(is_entry) as has_entry
        from (
            select live_id, {source.days} as event_date, {source.is_entry} as is_entry from {rows}
        )
        group by live_id, event_date
        """
    )
    connection.execute(
        """
        insert into raw.touched_lives
        select live_id, bool_or(has_entry) as has_entry
        from touched
        where live_id is not null
        group by live_id
        """
    )
    days = "select event_date from touched where event_date is not null"
    if table == "webcast_messages":
        # A frame can move its streak's gift to or from the day of any other frame.
        days += """
            union
            select cast(event_ts as date) as event_date
            from raw.webcast_messages
            where live_id in (select live_id from touched)
        """
    connection.execute(
        f"insert into raw.touched_days select distinct '{source.name}', event_date from ({days})"
    )


@dataclass(frozen=True)
class Build:
    """What a night has to build: everything, or parts of the build `goes_on_from`; None where rows
    were taken out of raw since.
    """

    is_full: bool
    goes_on_from: str | None = None


def leave_no_trace(connection: duckdb.DuckDBPyConnection) -> None:
    """Rows leave raw for good: nothing goes on from what was made with them, since a file keeps the
    bytes of deleted rows; in the caller's transaction.
    """
    connection.execute("update raw.built set build_id = null")


def begin_build(home: Home, settings: Settings, fingerprint: str, *, full: bool) -> Build:
    """What is to be built; everything where that was asked for, other models built last, or the
    last build did not come to its end: it may have left rows of a LIVE that has moved on since.

    Then every LIVE and day is touched from here on, until `end_build`. Until then the warehouse
    shows no build that a night or a release could go on from.
    """
    with connect(home, settings) as connection:
        is_known = connection.execute(
            "select count(*) = 1 from raw.built where fingerprint = ?", [fingerprint]
        ).fetchone()
        has_tables = connection.execute(
            "select count(*) > 0 from duckdb_tables() where schema_name = 'intermediate'"
        ).fetchone()
        if not full and is_known == (True,) and has_tables == (True,):
            last = connection.execute("select build_id from raw.built").fetchone()
            connection.execute("delete from raw.built")
            return Build(is_full=False, goes_on_from=last[0] if last else None)
        connection.execute("begin transaction")
        connection.execute("delete from raw.built")
        connection.execute("delete from raw.built_lives")
        for table in EVENT_TABLES:
            touch(connection, table, f"raw.{table}")
        connection.execute("commit")
        return Build(is_full=True)


def end_build(home: Home, settings: Settings, fingerprint: str) -> int:
    """Every model shows what raw holds: no LIVE or day is touched any more. Returns how many LIVEs
    were rebuilt, those included that are gone.
    """
    columns = ", ".join(BUILT_COLUMNS)
    with connect(home, settings) as connection:
        connection.execute("begin transaction")
        for table in ("built", "built_lives", "touched_lives", "touched_days"):
            connection.execute(f"delete from raw.{table}")
        connection.execute("insert into raw.built values (?, ?)", [fingerprint, uuid.uuid4().hex])
        connection.execute(
            f"insert into raw.built_lives select {columns} from intermediate.int_live_inputs"
        )
        connection.execute("commit")
        row = connection.execute(
            "select count(distinct live_id) from intermediate.int_rebuilt_lives"
        ).fetchone()
    return int(row[0]) if row else 0
