"""`livehouse run --target spark` without Spark: what it asks for, and the way of the rows.

What belongs here: everything that can be tried where neither Java nor pyspark is. What does not:
a night on Spark (tests/spark/compare_engines.py, by `make test-spark`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from small_project import write_dump, write_project

from ingestion.warehouse import connect
from livehouse.cli import main
from livehouse.errors import LivehouseError
from livehouse.settings import Home, Settings
from orchestration import spark
from orchestration.night import run_night
from orchestration.settled import settle

SETTINGS = Settings(threads=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def java_that_says(folder: Path, text: str) -> str:
    """A JAVA_HOME whose Java tells this version."""
    java = folder / "jdk" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{text}' >&2\n")
    java.chmod(0o755)
    return str(folder / "jdk")


def test_without_pyspark_nothing_is_loaded_and_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: None)
    write_dump(tmp_path / "landing", "a.jsonl", {"live-1": 3})
    code = main(["run", "--home", str(tmp_path), "--target", "spark"])
    told = capsys.readouterr().err
    assert code == 1
    assert "make setup-spark" in told and told.count("\n") == 1
    assert not Home(tmp_path).warehouse.exists()


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('openjdk version "21" 2023-09-19', True),
        ('openjdk version "11.0.2" 2019-01-15', False),
        ('java version "1.8.0_292"', False),
        ("", False),
    ],
)
def test_java_is_17_or_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, is_enough: bool
) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: True)
    monkeypatch.setenv("JAVA_HOME", java_that_says(tmp_path, version))
    if is_enough:
        spark.require_spark()
        return
    with pytest.raises(LivehouseError, match=r"needs Java 17 or newer.*JAVA_HOME"):
        spark.require_spark()


def test_a_java_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: True)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(LivehouseError, match=r"gone/bin/java.*Install it"):
        spark.require_spark()


def test_another_engine_alone_is_nothing_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both engines publish the same file, so there is nothing to build again."""
    monkeypatch.setattr(spark, "require_spark", lambda: None)
    home, project = Home(tmp_path / "home"), write_project(tmp_path / "project")
    home.default_landing.mkdir(parents=True)
    with connect(home, SETTINGS):
        home.current.mkdir(parents=True)
    settle(home, project)
    night = run_night(home, home.default_landing, SETTINGS, NOON, project=project, engine="spark")
    assert night.outcome == "nothing_new"


def test_every_raw_table_is_handed_out(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with connect(home, SETTINGS) as warehouse:
        warehouse.execute("insert into raw.seen values ('it''s.jsonl', 12, 34, 'ab')")
        raw = {name for (name,) in warehouse.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()}  # fmt: skip
    spark.hand_out(home, SETTINGS, tmp_path / "raw")
    assert {folder.name for folder in (tmp_path / "raw").iterdir()} == raw >= {"events", "files"}
    seen = duckdb.sql(f"from '{tmp_path}/raw/seen/*.parquet'").fetchall()
    assert seen == [("it's.jsonl", 12, 34, "ab")]


def write_lake(lake: Path) -> None:
    """Tables as Spark leaves them: in parts, and times as instants."""
    parts = {
        "facts.db/fct_view/part-0": "select 'a' as view_id,"
        " timestamptz '2026-03-01 23:30:00+00' as start_ts, 1::bigint as likes",
        "facts.db/fct_view/part-1": "select 'b' as view_id, null::timestamptz as start_ts,"
        " 2::bigint as likes",
        "marts.db/live_sessions/part-0": "select 'x' as live_id where false",
        "meta.db/metrics/part-0": "select 'likes' as metric",
    }
    for name, query in parts.items():
        (lake / name).parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"copy ({query}) to '{lake / name}.snappy.parquet' (format parquet)")


def warehouse_of_yesterday(home: Home) -> None:
    with connect(home, SETTINGS) as warehouse:
        warehouse.execute("create schema facts")
        warehouse.execute("create table facts.fct_view as select 'old' as view_id")
        warehouse.execute("create table facts.fct_gone as select 1 as one")


def test_what_spark_built_takes_the_place_of_yesterdays_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    home = Home(tmp_path / "home")
    warehouse_of_yesterday(home)
    write_lake(tmp_path / "lake")
    spark.take_back(home, SETTINGS, tmp_path / "lake")
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        assert reader.execute("from facts.fct_view order by view_id").fetchall() == [
            ("a", datetime(2026, 3, 1, 23, 30), 1),
            ("b", None, 2),
        ]
        kinds = reader.execute(
            "select table_name, string_agg(data_type, ' ' order by column_index)"
            " from duckdb_columns() where schema_name in ('facts', 'marts', 'meta')"
            " group by table_name order by table_name"
        ).fetchall()
    assert kinds == [
        ("fct_view", "VARCHAR TIMESTAMP BIGINT"),
        ("live_sessions", "VARCHAR"),
        ("metrics", "VARCHAR"),
    ]


def test_a_lake_that_cannot_be_read_leaves_the_warehouse_as_it_was(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    warehouse_of_yesterday(home)
    write_lake(tmp_path / "lake")
    (tmp_path / "lake/meta.db/metrics/part-0.snappy.parquet").write_text("no Parquet")
    with pytest.raises(duckdb.Error, match="metrics"):
        spark.take_back(home, SETTINGS, tmp_path / "lake")
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        assert reader.execute("from facts.fct_view").fetchall() == [("old",)]
        assert reader.execute("from facts.fct_gone").fetchall() == [(1,)]
