"""What a setting means for the process."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from data_quality.gx import failing_rows
from data_quality.rules import query_rule
from livehouse.settings import duckdb_memory


@pytest.mark.parametrize(
    ("allowed", "megabytes"),
    [("4GB", 3000), ("4 gb", 3000), ("2GiB", 1147.484), ("1GB", 500), ("600MB", 300)],
)
def test_duckdb_gets_what_the_rest_of_the_process_leaves_and_half_at_least(
    allowed: str, megabytes: float
) -> None:
    given = duckdb_memory(allowed)
    assert given.endswith("KB")
    assert float(given.removesuffix("KB")) == pytest.approx(megabytes * 1000, abs=1)


@pytest.mark.parametrize("text", ["a lot", "80%", ""])
def test_what_is_no_size_is_left_to_duckdb_to_refuse(text: str) -> None:
    assert duckdb_memory(text) == text
    with duckdb.connect() as connection, pytest.raises(duckdb.Error):
        connection.execute(f"set memory_limit = '{text}'")


def test_a_gate_has_no_more_memory_than_the_setting_leaves(tmp_path: Path) -> None:
    file = tmp_path / "one.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema facts; create table facts.t as select 1 as n")
    rule = query_rule(
        "limit_is_500_mb", "facts.t", "", "error", "",
        rows="select 1 where current_setting('memory_limit') <> '476.8 MiB'",
    )  # fmt: skip
    assert failing_rows(file, [rule], None, "1GB") == [0]
    assert failing_rows(file, [rule], None, "2GB") == [1]
