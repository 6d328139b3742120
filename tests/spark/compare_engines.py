"""Two nights over the same landing folder, one on each engine; the published files are compared.

Run by `make test-spark`, not by `make test`: it takes minutes and needs Java. What belongs here:
the landing folder, the two nights, and the comparison. What does not: what the right numbers are
(the oracle's tests say that), and how the engines' SQL differs (dbt_project/macros/dialect.sql).

Both nights are `livehouse run` on the same cores; only --target differs. Floats may differ by 1e-9
of their size, everything else must be equal; NULL equals NULL alone. What the clock writes differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import nasty_dumps  # noqa: E402

from livehouse.settings import Home  # noqa: E402
from simulator.simulate import simulate  # noqa: E402

ENGINES = ("duckdb", "spark")
SCHEMAS = ("facts", "marts", "meta")
SHOWN = 5
# Tables of a few thousand rows are built before Java's second compiler would pay off, or Spark's
# own for whole stages; expressions alone are compiled, else each row of an aggregate looks up the
# settings. Plans made anew underway pay no more. Each aggregate and each sort of a task takes a
# page of memory at least, by default 64 MB to blank.
QUICK_START = " ".join(
    (
        "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
        "-XX:+UseSerialGC -Xms2g -Xmn1200m -XX:MetaspaceSize=400m",
        "-Dspark.sql.codegen.wholeStage=false -Dspark.sql.codegen.cache.maxEntries=2000",
        "-Dspark.sql.adaptive.enabled=false -Dspark.buffer.pageSize=1m",
    )
)
TOLERANCE = 1e-9
LEFT_OUT = frozenset({"loaded_at", "first_loaded_at", "last_loaded_at", "checked_at", "examples"})
"""What the clock writes, and which five of the failing rows a check met first."""
PUBLISHED = (0, 4)
THIN_DAYS, EVENTS_OF_A_THIN_DAY = 30, 700
WEBCAST = ROOT / "tests/fixtures/webcast_small.jsonl"
LOOKS = {
    # Views among them: what DuckDB shows as a view is a table of Spark's.
    "table": "select table_schema, table_name, table_comment from information_schema.tables"
    " where table_catalog = ?",
    "column": "select schema_name, table_name, column_name, column_index, data_type, comment"
    " from duckdb_columns() where database_name = ?",
    "macro": "select function_name, parameters, macro_definition, comment from duckdb_functions()"
    " where database_name = ? and not internal",
}
"""What a reader sees of a file before he reads a row."""


@dataclass(frozen=True)
class Table:
    """A published table and its key columns."""

    schema: str
    name: str
    key: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def write_landing(landing: Path, days: int, events_per_day: int) -> None:
    """Simulated and hostile dumps and a webcast capture.

    Thin weeks before the simulated days: what looks back a month has something to find.
    """
    weeks = date(2026, 2, 20)
    simulate(landing, days=THIN_DAYS, events_per_day=EVENTS_OF_A_THIN_DAY, start=weeks, seed=2)
    simulate(landing, days=days, events_per_day=events_per_day, faults=True)
    nasty_dumps.write_nasty(landing, 7)
    # Its one LIVE runs for three weeks, and every minute of it is some rows more for Spark.
    (landing / "events/z/cut_again_whole.jsonl.gz").unlink()
    capture = landing / "webcast" / WEBCAST.name
    capture.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(WEBCAST, capture)


def night(engine: str, home: Home, landing: Path, environment: dict[str, str]) -> float:
    """`livehouse run --target ENGINE` in a process of its own; its seconds."""
    command = ["run", "--home", str(home.root), "--landing", str(landing), "--full", "--json"]
    run = subprocess.run(
        [sys.executable, "-m", "livehouse.cli", *command, "--target", engine],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = json.loads(run.stdout) if run.stdout else {"message": "see above"}
    if run.returncode not in PUBLISHED:
        sys.exit(f"{engine}: the night ended with code {run.returncode}: {told['message']}")
    return float(told["seconds"])


def tables_of(home: Home) -> list[Table]:
    """Every published table with a key, by dbt's manifest; meta.checks has one of its own."""
    manifest = json.loads((home.dbt_target / "manifest.json").read_text())
    tables = [
        Table(node["schema"], node["alias"], tuple(node["config"]["meta"]["key"]))
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in SCHEMAS
    ]
    checks = Table("meta", "checks", ("gate", "table_name", "metric", "name", "observed"))
    return sorted([*tables, checks], key=str)


def other_looks(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables, columns, types, comments and macros that only one file has, in words."""
    found = []
    for what, query in LOOKS.items():
        ours, theirs = (
            {tuple(map(str, row)) for row in connection.execute(query, [name]).fetchall()}
            for name in ("file_of_duckdb", "file_of_spark")
        )
        found += [f"{what} of DuckDB alone: {row}" for row in sorted(ours - theirs)]
        found += [f"{what} of Spark alone: {row}" for row in sorted(theirs - ours)]
    return found


def differences(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """What differs between the two files' table, in words; empty where they are identical."""
    kinds: list[dict[str, str]] = []
    for name, engine in (("ours", "duckdb"), ("theirs", "spark")):
        connection.execute(f"create or replace temp table {name} as from file_of_{engine}.{table}")
        if str(table) == "meta.checks":
            # says how long the night took
            connection.execute(f"delete from {name} where name = 'nights_fit_their_window'")
        described = connection.execute(f"describe {name}").fetchall()
        kinds.append({column: kind for column, kind, *_ in described if column not in LEFT_OUT})
    ours, theirs = kinds
    if list(ours.items()) != list(theirs.items()):
        return [f"{table}: DuckDB has the columns {ours}, Spark {theirs}"]
    return _rows(connection, table, ours)


def blank_columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of DuckDB's rows that hold no value at all; none where there are no rows."""
    names = [name for name, *_ in connection.execute("describe ours").fetchall()]
    counts = ", ".join(f'count("{name}")' for name in names)
    rows, *filled = connection.execute(f"select count(*), {counts} from ours").fetchone() or (0,)
    return [name for name, count in zip(names, filled, strict=True) if rows and not count]


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


def compare(homes: dict[str, Home]) -> bool:
    """Print every difference, and how many tables are identical; true where all is.

    A table without a row compares nothing, so it is a failure too.
    """
    identical, rows, empty = 0, 0, 0
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for engine, home in homes.items():
            file = home.current / "livehouse.duckdb"
            connection.execute(f"attach '{file}' as file_of_{engine} (read_only)")
        others = other_looks(connection)
        for line in others:
            print(f"  DIFFERS {line}")
        tables = tables_of(homes["duckdb"])
        for table in tables:
            found = differences(connection, table)
            count = connection.execute("select count(*) from ours").fetchone()
            rows += count[0] if count else 0
            identical += not found
            empty += not (count and count[0])
            print(f"  {'same' if not found else 'DIFFERS':<8}{table}  {count[0] if count else 0}")
            blank = blank_columns(connection)
            if blank:
                print(f"    nothing to compare, NULL in every row: {', '.join(blank)}")
            for line in found:
                print(f"    {line}")
    print(f"{rows} rows compared")
    if empty:
        print(f"{empty} tables are EMPTY in DuckDB: give the landing folder what fills them")
    print(f"{identical} tables identical")
    return identical == len(tables) and not others and not empty


def main() -> int:
    """Two nights, compared; 0 where everything is equal, 1 where anything is not."""
    parser = argparse.ArgumentParser(description="Compare what DuckDB and Spark publish.")
    parser.add_argument("--days", type=int, default=1, help="days of simulated dumps")
    parser.add_argument("--events-per-day", type=int, default=20_000, help="events on each")
    parser.add_argument("--folder", type=Path, help="work here, and keep what is built")
    parser.add_argument("--warehouse", type=Path, help="start from copies of this warehouse")
    parser.add_argument("--warm", action="store_true", help="all of Java's compilers: for timing")
    options = parser.parse_args()
    if options.folder:
        return run(options.folder.resolve(), options)
    with tempfile.TemporaryDirectory(prefix="livehouse-spark-") as folder:
        return run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> int:
    """The whole comparison below `folder`."""
    landing = folder / "landing"
    homes = {engine: Home(folder / engine) for engine in ENGINES}
    for place in (landing, *(home.root for home in homes.values())):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    if options.warehouse:
        for home in homes.values():
            shutil.copyfile(options.warehouse, home.warehouse)
    else:
        write_landing(landing, options.days, options.events_per_day)
    environment = {
        "LIVEHOUSE_THREADS": "2",
        # Both homes name a viewer alike.
        "LIVEHOUSE_KEY": "for comparing two engines, and nothing else",
        "LIVEHOUSE_SPARK_JAVA_OPTIONS": "" if options.warm else QUICK_START,
        "LIVEHOUSE_SPARK_PARTITIONS": "2" if options.warm else "1",
        "DO_NOT_TRACK": "1",
    }
    seconds = {}
    for engine, home in homes.items():
        seconds[engine] = night(engine, home, landing, environment)
        print(f"{engine}: a night of {seconds[engine]:.1f} s", flush=True)
    print(f"Spark took {seconds['spark'] / seconds['duckdb']:.1f} times as long")
    return 0 if compare(homes) else 1


if __name__ == "__main__":
    sys.exit(main())
