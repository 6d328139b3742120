"""The working file: how it is opened, and the tables that ingestion owns in it.

What belongs here: connections and the DDL of the schemas `raw` (kept) and `batch` (one night's).
What does not: any reading of landing files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from ingestion import plain
from ingestion.contract import EVENT_COLUMNS
from ingestion.reference import REFERENCE_TABLES
from ingestion.webcast import RAW_COLUMNS as WEBCAST_COLUMNS
from livehouse.errors import LivehouseError
from livehouse.settings import Home, Settings, duckdb_memory

FILE_COLUMNS = {
    "file_id": "INTEGER",
    "path": "VARCHAR",
    "family": "VARCHAR",
    "sha256": "VARCHAR",
    "bytes": "BIGINT",
    "lines": "BIGINT",
    "accepted": "BIGINT",
    "rejected": "BIGINT",
    "blank": "BIGINT",
    "erased": "BIGINT",
    "is_truncated": "BOOLEAN",
}
BATCH_FILE_COLUMNS = {
    **FILE_COLUMNS,
    "error": "VARCHAR",
    "reject_share": "DOUBLE",
    "is_accepted_by_hand": "BOOLEAN",
}
LOG_COLUMNS = {
    **FILE_COLUMNS,
    "duplicates": "BIGINT",
    "unmodelled": "BIGINT",
    "state": "VARCHAR",
    "held_reason": "VARCHAR",
    "min_event_ts": "TIMESTAMP",
    "max_event_ts": "TIMESTAMP",
    "loaded_at": "TIMESTAMP",
}
REJECT_COLUMNS = {
    "file_id": "INTEGER",
    "line_no": "BIGINT",
    "reason": "VARCHAR",
    "raw_text": "VARCHAR",
    "is_base64": "BOOLEAN",
}
# Names that the contract lacks: how many lines of the file carry each.
DRIFT_COLUMNS = {
    "file_id": "INTEGER",
    "kind": "VARCHAR",
    "name": "VARCHAR",
    "lines": "BIGINT",
}
# What a row of events carries only while it is read: the text of one that the exact judge has still
# to see, and its keys (drift.py).
PASS_COLUMNS = {
    "suspect_line": "VARCHAR",
    "key_hash": "UBIGINT",
    "unseen_keys": "VARCHAR[][]",
}
# A file whose name, size and modification time are known is not hashed again.
SEEN_COLUMNS = {
    "path": "VARCHAR",
    "bytes": "BIGINT",
    "mtime_ns": "BIGINT",
    "sha256": "VARCHAR",
}
# A LIVE as the models were last built: what decided them, and the days and weeks it counted in.
BUILT_COLUMNS = {
    "live_id": "VARCHAR",
    "creator_id": "VARCHAR",
    "market_key": "VARCHAR",
    "report_date": "DATE",
    "report_week": "DATE",
    "first_date": "DATE",
    "last_date": "DATE",
    "lives_hash": "VARCHAR",
    "inputs_hash": "VARCHAR",
    "windows_passed": "VARCHAR",
}
# Tables of events: whose rows compete for an event_id.
EVENT_TABLES: dict[str, dict[str, str]] = {
    "events": EVENT_COLUMNS,
    "webcast_messages": WEBCAST_COLUMNS,
}
REFERENCE_COLUMNS: dict[str, dict[str, str]] = {
    f"ref_{name}": {"file_id": "INTEGER", "row_hash": "VARCHAR", **table.duckdb_columns}
    for name, table in REFERENCE_TABLES.items()
}

# DuckDB's row group: what one thread writes at a time.
ROWS_OF_A_THREAD = 122_880

# Of a file that is made anew: one compression for texts, a fifth less work to write them.
STORAGE: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "latest"
}


def columns_ddl(columns: dict[str, str]) -> str:
    """`name TYPE, ...` as it stands between the brackets of a create table."""
    return ", ".join(f"{name} {duckdb_type}" for name, duckdb_type in columns.items())


@contextmanager
def connect(home: Home, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for writing; closed (and so checkpointed) at the end.

    Raises LivehouseError where the home cannot be written to or another process holds the file.
    """
    try:
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = duckdb.connect(str(home.warehouse), config=STORAGE)
    except (OSError, duckdb.IOException) as error:
        raise LivehouseError(
            f"The warehouse cannot be opened: {error}.",
            where=str(home.warehouse),
            remedy="Give the home folder write permission, end what holds the file, or use --home.",
        ) from error
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"set threads = {int(settings.threads)}")
        connection.execute(f"set memory_limit = '{_size(duckdb_memory(settings.memory_limit))}'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set checkpoint_threshold = '1MB'")
        create_raw(connection)
        yield connection
    finally:
        connection.close()


def set_threads(connection: duckdb.DuckDBPyConnection, settings: Settings, rows: int) -> None:
    """As many threads as `rows` give work to: one that has none waits busily, and at 100,000 rows
    that costs more than the work does.
    """
    threads = max(1, min(settings.threads, rows // ROWS_OF_A_THREAD))
    connection.execute(f"set threads = {threads}")


def _size(text: str) -> str:
    """A DuckDB size such as 4GB; refuses anything that is not one."""
    if not text.replace(".", "").replace(" ", "").isalnum():
        raise LivehouseError(
            f"{text!r} is not a size.", remedy="Set LIVEHOUSE_MEMORY_LIMIT to 4GB, say."
        )
    return text


def create_raw(connection: duckdb.DuckDBPyConnection) -> None:
    """The raw tables and their columns, where they are not there yet."""
    connection.execute("create schema if not exists raw")
    tables = {
        "files": LOG_COLUMNS,
        "rejects": REJECT_COLUMNS,
        "drift": DRIFT_COLUMNS,
        "seen": SEEN_COLUMNS,
        "touched_lives": {"live_id": "VARCHAR", "has_entry": "BOOLEAN"},
        "touched_days": {"source": "VARCHAR", "event_date": "DATE"},
        "built_lives": BUILT_COLUMNS,
        "built": {"fingerprint": "VARCHAR", "build_id": "VARCHAR"},
        **REFERENCE_COLUMNS,
    }
    for name, columns in EVENT_TABLES.items():
        tables[name] = columns
        tables[f"{name}_duplicates"] = columns
    for name, columns in tables.items():
        connection.execute(f"create table if not exists raw.{name} ({columns_ddl(columns)})")
    # A home that an earlier version made lacks what this one reads; its old rows have NULL there.
    present = set(
        connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
        ).fetchall()
    )
    for name, columns in tables.items():
        for column, duckdb_type in columns.items():
            if (name, column) not in present:
                connection.execute(f"alter table raw.{name} add column {column} {duckdb_type}")


def create_batch(connection: duckdb.DuckDBPyConnection) -> None:
    """An empty batch; what an interrupted night left in it is read again from landing."""
    connection.execute("drop schema if exists batch cascade")
    connection.execute("create schema batch")
    tables = {
        "files": BATCH_FILE_COLUMNS,
        "rejects": REJECT_COLUMNS,
        "drift": DRIFT_COLUMNS,
        "seen": SEEN_COLUMNS,
        "webcast_messages": WEBCAST_COLUMNS,
        "events_plain": plain.PLAIN_COLUMNS,
        "events_typed": {**EVENT_COLUMNS, **PASS_COLUMNS},
        **REFERENCE_COLUMNS,
    }
    for name, columns in tables.items():
        connection.execute(f"create table batch.{name} ({columns_ddl(columns)})")
    connection.execute(
        f"create view batch.events as select {', '.join(EVENT_COLUMNS)} from batch.events_typed"
        f" union all {plain.typed_sql()}"
    )
