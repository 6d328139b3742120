"""Spark in the place of DuckDB for the models of one night.

What belongs here: what Spark needs, and the way of the rows: raw tables out as Parquet, built
tables back into the warehouse. What does not: calling dbt (dbt_run.py), how the engines' SQL
differs (dbt_project/macros/dialect.sql), and Spark's settings (dbt_project/profiles.yml).

Before and after the models a night is DuckDB's on either engine, so nothing else knows of Spark.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from ingestion.warehouse import connect
from livehouse.errors import LivehouseError
from livehouse.settings import Home, Settings
from livehouse.sql_text import literal, quoted
from orchestration.dbt_run import BuildResult, build, register_raw
from publishing.candidate import SCHEMAS

OLDEST_JAVA = 17


def require_spark() -> None:
    """Raise LivehouseError where Spark could not start: its packages or Java are missing."""
    missing = [name for name in ("pyspark", "dbt.adapters.spark") if find_spec(name) is None]
    if missing:
        raise LivehouseError(
            f"--target spark needs {' and '.join(missing)}, which this environment lacks.",
            remedy="Run `make setup-spark`, then use .venv-spark/bin/livehouse.",
        )
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise LivehouseError(
            f"--target spark needs Java {OLDEST_JAVA}, and there is none that runs.",
            where=java,
            remedy="Install it and put `java` on the PATH, or set JAVA_HOME to its folder.",
        ) from error
    version = re.search(r'version "(\d+)', told.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise LivehouseError(
            f"--target spark needs Java {OLDEST_JAVA} or newer, and this is "
            f"{(told.stderr.splitlines() or ['without a version'])[0]}.",
            where=java,
            remedy="Install it, and set JAVA_HOME to its folder.",
        )


def build_on_spark(home: Home, settings: Settings, **options: Any) -> BuildResult:
    """dbt_run.build, done by Spark; `options` are the same.

    Where nothing failed, facts, marts and meta of the warehouse are Spark's afterwards; else they
    are as they were.
    """
    raw, lake = home.spark / "raw", home.spark_lake
    shutil.rmtree(home.spark, ignore_errors=True)
    try:
        hand_out(home, settings, raw)
        with _session():
            with _stderr_in(home.logs / "spark.log"):
                register_raw(
                    home, settings, raw, target=options["target"], project=options["project"]
                )
            result = build(home, settings, engine="spark", **options)
        if not result.error and all(node.state != "failed" for node in result.nodes):
            take_back(home, settings, lake)
        return result
    finally:
        shutil.rmtree(home.spark, ignore_errors=True)


def hand_out(home: Home, settings: Settings, folder: Path) -> None:
    """Every raw table as Parquet, one folder each."""
    with connect(home, settings) as connection:
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall():
            (folder / name).mkdir(parents=True)
            file = literal(str(folder / name / "part.parquet"))
            connection.execute(f"copy {quoted('raw', name)} to {file} (format parquet)")


def take_back(home: Home, settings: Settings, lake: Path) -> None:
    """The published schemas of the warehouse become what Spark wrote, all of it or nothing."""
    with connect(home, settings) as connection:
        connection.execute("begin")
        for schema in SCHEMAS:
            connection.execute(f"drop schema if exists {quoted(schema)} cascade")
            connection.execute(f"create schema {quoted(schema)}")
            for folder in sorted((lake / f"{schema}.db").iterdir()):
                rows = f"read_parquet({literal(f'{folder}/*.parquet')})"
                columns = ", ".join(_columns(connection, rows))
                table = quoted(schema, folder.name)
                connection.execute(f"create table {table} as select {columns} from {rows}")
        connection.execute("commit")


def _columns(connection: duckdb.DuckDBPyConnection, rows: str) -> Iterator[str]:
    """Each column; a time of Spark's is an instant, and DuckDB's models have it in UTC, bare."""
    for name, kind, *_ in connection.execute(f"describe from {rows}").fetchall():
        is_instant = kind == "TIMESTAMP WITH TIME ZONE"
        yield f"{quoted(name)}::timestamp as {quoted(name)}" if is_instant else quoted(name)


@contextmanager
def _session() -> Iterator[None]:
    """The end of the session that dbt starts: the next night gets one without these tables."""
    from pyspark import SparkContext

    try:
        yield
    finally:
        if SparkContext._active_spark_context is not None:
            SparkContext._active_spark_context.stop()


@contextmanager
def _stderr_in(file: Path) -> Iterator[None]:
    """A process started meanwhile, Java that is, writes its errors to `file` for all its life."""
    file.parent.mkdir(exist_ok=True)
    with file.open("ab") as log:
        before = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)
