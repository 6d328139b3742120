"""Every fact, mart and meta table built by Spark, compared with DuckDB's, row by row.

Run by `make test-spark`, not by `make test`: it takes minutes and needs Java. What belongs here:
the raw tables that both engines get, the two builds, and the comparison. What does not: what the
right numbers are (the oracle's tests say that), and how the engines' SQL differs
(dbt_project/macros/dialect.sql).

Both engines run on the same cores with the same dbt project; only the target differs. Floats may
differ by 1e-9 of their size, everything else must be equal; NULL equals NULL alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import nasty_dumps  # noqa: E402

from ingestion.load import merge, stage  # noqa: E402
from livehouse.settings import DBT_PROJECT_DIR, Home, Settings  # noqa: E402
from simulator.simulate import simulate  # noqa: E402

SCHEMAS = ("facts", "marts", "meta")
SHOWN = 5
# Tables of a few thousand rows are built before Java's second compiler would pay off.
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
TOLERANCE = 1e-9
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WEBCAST = ROOT / "tests/fixtures/webcast_small.jsonl"


@dataclass(frozen=True)
class Table:
    """A table of the dbt project and its key columns."""

    schema: str
    name: str
    key: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def load(home: Home, landing: Path, days: int, events_per_day: int) -> None:
    """A warehouse with raw tables only: simulated and hostile dumps and a webcast capture."""
    simulate(landing, days=days, events_per_day=events_per_day, faults=True)
    nasty_dumps.write_nasty(landing, 7)
    capture = landing / "webcast" / WEBCAST.name
    capture.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(WEBCAST, capture)
    settings = Settings(threads=2)
    delivery = stage(home, settings, landing, NOW)
    held = {
        file.file_id: "held back in this test"
        for file in delivery.files
        if file.is_truncated
        or (
            file.rejected >= settings.hold_back_min_rejects
            and file.reject_share > settings.hold_back_reject_share
        )
    }
    merge(home, settings, held, NOW)


def export_raw(home: Home, folder: Path) -> int:
    """Every raw table as Parquet, one folder each; the number of events is returned."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        for (name,) in names:
            (folder / name).mkdir(parents=True, exist_ok=True)
            connection.execute(
                f"copy raw.{name} to '{folder / name}/part.parquet' (format parquet)"
            )
        row = connection.execute(
            "select (select count(*) from raw.events) + (select count(*) from raw.webcast_messages)"
        ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """The variables that dbt_project/profiles.yml reads."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def dbt(target: str, folder: Path, arguments: Sequence[str]) -> None:
    """One dbt call in this process; raises SystemExit where a node fails."""
    warnings.filterwarnings("ignore", category=FutureWarning)
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    options = [
        *("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)),
        *("--target", target, "--target-path", str(folder / f"dbt-{target}")),
    ]
    global_options = ["--quiet", "--no-use-colors", "--log-path", str(folder / f"dbt-{target}")]
    try:
        result = dbtRunner().invoke([*global_options, *arguments, *options])
    finally:
        if target == "duckdb":
            from dbt.adapters.duckdb.connections import DuckDBConnectionManager

            DuckDBConnectionManager.close_all_connections()
        reset_adapters()
    if not result.success:
        sys.exit(f"dbt failed on {target}: {result.exception or 'see the messages above'}")


def tables_of(folder: Path) -> list[Table]:
    """What both engines built, by dbt's own manifest."""
    manifest = json.loads((folder / "dbt-spark" / "manifest.json").read_text())
    return sorted(
        (
            Table(node["schema"], node["alias"], tuple(node["config"]["meta"]["key"]))
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["schema"] in SCHEMAS
        ),
        key=str,
    )


def differences(connection: duckdb.DuckDBPyConnection, table: Table, lake: Path) -> list[str]:
    """What differs between the two engines' table, in words; empty where they are identical."""
    spark = f"read_parquet('{lake}/{table.schema}.db/{table.name}/*.parquet')"
    ours = _columns(connection, f"warehouse.{table}")
    theirs = {
        name: "TIMESTAMP" if kind == "TIMESTAMP WITH TIME ZONE" else kind
        for name, kind in _columns(connection, spark).items()
    }
    if ours != theirs:
        return [
            f"{table}.{name}: DuckDB has {ours.get(name)}, Spark has {theirs.get(name)}"
            for name in {**ours, **theirs}
            if ours.get(name) != theirs.get(name)
        ] or [f"{table}: the columns are in another order"]
    casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in ours.items())
    connection.execute(f"create or replace temp table ours as select * from warehouse.{table}")
    connection.execute(f"create or replace temp table theirs as select {casts} from {spark}")
    return _rows(connection, table, ours)


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = connection.execute(f"describe select * from {relation}").fetchall()
    return {name: kind for name, kind, *_ in described}


def _rows(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: dict[str, str]
) -> list[str]:
    """Rows that only one engine has, keys that are none, and values that differ."""
    found = []
    keys = ", ".join(table.key)
    for name, relation in (("DuckDB", "ours"), ("Spark", "theirs")):
        for row in connection.execute(
            f"select {keys}, count(*) from {relation} group by {keys} having count(*) > 1"
            f" limit {SHOWN}"
        ).fetchall():
            found.append(f"{table} {_named(table, row)}: {row[-1]} rows in {name}")
    same_key = " and ".join(f"ours.{name} is not distinct from theirs.{name}" for name in table.key)
    for name, here, there in (("DuckDB", "ours", "theirs"), ("Spark", "theirs", "ours")):
        for row in connection.execute(
            f"select {keys} from {here} where not exists"
            f" (select 1 from {there} where {same_key}) limit {SHOWN}"
        ).fetchall():
            found.append(f"{table} {_named(table, row)}: only in {name}")
    for column, kind in columns.items():
        if column in table.key:
            continue
        differs = f"ours.{column} is distinct from theirs.{column}"
        if kind in ("DOUBLE", "FLOAT"):
            differs += (
                f" and not coalesce(abs(ours.{column} - theirs.{column}) <= {TOLERANCE}"
                f" * greatest(1, abs(ours.{column}), abs(theirs.{column})), false)"
            )
        selected = ", ".join(f"ours.{name}" for name in table.key)
        rows = connection.execute(
            f"select {selected}, ours.{column}, theirs.{column}, count(*) over ()"
            f" from ours inner join theirs on {same_key} where {differs}"
            f" order by all limit {SHOWN}"
        ).fetchall()
        for row in rows:
            found.append(
                f"{table} {_named(table, row)} {column}: DuckDB {row[-3]!r}, Spark {row[-2]!r}"
                + (f" ({row[-1]} rows differ)" if row is rows[0] else "")
            )
    return found


def _named(table: Table, row: Sequence[object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in zip(table.key, row, strict=False))


def compare(home: Home, folder: Path, lake: Path) -> bool:
    """Print every difference, and how many tables are identical; true where all are."""
    identical, rows, is_equal = 0, 0, True
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{home.warehouse}' as warehouse (read_only)")
        for table in tables_of(folder):
            found = differences(connection, table, lake)
            count = connection.execute(f"select count(*) from warehouse.{table}").fetchone()
            rows += count[0] if count else 0
            identical += not found
            is_equal = is_equal and not found
            print(f"  {'same' if not found else 'DIFFERS':<8}{table}  {count[0] if count else 0}")
            for line in found:
                print(f"    {line}")
    print(f"{rows} rows compared")
    print(f"{identical} tables identical")
    return is_equal


def main() -> int:
    """Load, build twice, compare; 0 where everything is equal, 1 where anything is not."""
    parser = argparse.ArgumentParser(description="Compare what DuckDB and Spark build.")
    parser.add_argument("--days", type=int, default=3, help="days of simulated dumps")
    parser.add_argument("--events-per-day", type=int, default=10_000, help="events on each")
    parser.add_argument("--folder", type=Path, help="work here, and keep what is built")
    parser.add_argument("--warehouse", type=Path, help="compare on a copy of this warehouse")
    parser.add_argument("--warm", action="store_true", help="all of Java's compilers: for timing")
    options = parser.parse_args()
    if options.folder:
        return run(options.folder.resolve(), options)
    with tempfile.TemporaryDirectory(prefix="livehouse-spark-") as folder:
        return run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> int:
    """The whole comparison below `folder`."""
    home, raw, lake = Home(folder / "home"), folder / "raw", folder / "lake"
    for place in (home.root, raw, lake, folder / "landing"):
        shutil.rmtree(place, ignore_errors=True)
    home.root.mkdir(parents=True)
    if options.warehouse:
        shutil.copyfile(options.warehouse, home.warehouse)
    else:
        load(home, folder / "landing", options.days, options.events_per_day)
    events = export_raw(home, raw)
    print(f"{events} events in raw, the same for both engines")
    build = ["build", "--exclude-resource-type", "unit_test", "test"]
    seconds = {}
    with environment(
        LIVEHOUSE_WAREHOUSE=str(home.warehouse),
        LIVEHOUSE_THREADS="2",
        LIVEHOUSE_SPARK_MASTER="local[2]",
        LIVEHOUSE_SPARK_WAREHOUSE=str(lake),
        LIVEHOUSE_SPARK_JAVA_OPTIONS="" if options.warm else QUICK_START,
        SPARK_LOCAL_IP="127.0.0.1",
        DO_NOT_TRACK="1",
    ):
        for target in ("duckdb", "spark"):
            if target == "spark":
                folder_of_raw = json.dumps({"folder": str(raw)})
                dbt(target, folder, ["run-operation", "register_raw", "--args", folder_of_raw])
            else:
                dbt(target, folder, ["parse"])
            started = time.monotonic()
            dbt(target, folder, build)
            seconds[target] = time.monotonic() - started
            print(f"{target}: all models built in {seconds[target]:.1f} s")
    print(f"Spark took {seconds['spark'] / seconds['duckdb']:.1f} times as long")
    return 0 if compare(home, folder, lake) else 1


if __name__ == "__main__":
    sys.exit(main())
