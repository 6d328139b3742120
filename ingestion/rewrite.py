"""The warehouse written anew, so that its free blocks hold no bytes of deleted rows.

What belongs here: the fresh file and its swap. What does not: deleting (erasure.py).

Only `raw` is copied: every other schema is built from it by the next night.
"""

from __future__ import annotations

import shutil

import duckdb

from ingestion.warehouse import connect
from livehouse.disk import sync
from livehouse.errors import LivehouseError
from livehouse.settings import Home, Settings
from livehouse.sql_text import literal


def rewrite_due(home: Home) -> None:
    """From now on the warehouse has to be written anew, also after a crash."""
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.to_rewrite.touch(mode=0o600)
    sync(home.root)


def rewrite_if_due(home: Home, settings: Settings) -> bool:
    """Write the warehouse anew where that is due; the caller holds the home's lock.

    Until the last step, the swap of the file, the old one is whole.
    """
    if not home.to_rewrite.exists():
        return False
    if home.warehouse.exists():
        _rewrite(home, settings)
    shutil.rmtree(home.warehouse.with_name(home.warehouse.name + ".tmp"), ignore_errors=True)
    home.to_rewrite.unlink()
    return True


def _rewrite(home: Home, settings: Settings) -> None:
    with connect(home, settings) as connection:
        connection.execute("checkpoint")
    log = home.warehouse.with_name(home.warehouse.name + ".wal")
    if log.exists():
        raise LivehouseError(
            "The warehouse has a write-ahead log that does not go away.",
            where=str(log),
            remedy="End the process that has the warehouse open, and run again.",
        )
    fresh = home.root / ".fresh.duckdb"
    for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect(config={"temp_directory": str(home.spool)}) as connection:
        connection.execute(f"set threads = {int(settings.threads)}")
        connection.execute(f"attach {literal(str(home.warehouse))} as warehouse (read_only)")
        connection.execute(f"attach {literal(str(fresh))} as fresh (storage_version 'latest')")
        connection.execute("create schema fresh.raw")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'warehouse' and schema_name = 'raw' order by table_name"
        ).fetchall():
            connection.execute(f"create table fresh.raw.{table} as from warehouse.raw.{table}")
        connection.execute("checkpoint fresh")
        connection.execute("detach fresh")
    shutil.rmtree(home.spool, ignore_errors=True)
    fresh.chmod(home.warehouse.stat().st_mode & 0o777)
    sync(fresh)
    fresh.replace(home.warehouse)
    sync(home.root)
