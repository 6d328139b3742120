"""A table of which a night replaces only the rows that came out otherwise, by dbt and DuckDB."""

from __future__ import annotations

import shutil

import duckdb
import pytest
from test_dbt_quicker import Tiny, tiny

from livehouse.settings import DBT_PROJECT_DIR

__all__ = ["tiny"]

Row = tuple[str, int | None, int]

CONTRACT = """
models:
  - name: lives
    config: {materialized: changed, meta: {key: [live_id, day]}}
    columns:
      - {name: live_id, data_type: string}
      - {name: day, data_type: int}
      - {name: views, data_type: int}
"""
FIRST: list[Row] = [("a", 1, 1), ("b", None, 2), ("c", 3, 3)]


@pytest.fixture
def lives(tiny: Tiny) -> Tiny:
    """A table with the first rows."""
    (tiny.project / "models/lives.yml").write_text(CONTRACT)
    shutil.copy(DBT_PROJECT_DIR / "macros/changed.sql", tiny.project / "macros")
    build(tiny, FIRST)
    return tiny


def build(lives: Tiny, rows: list[Row], *, full: bool = False) -> None:
    values = ", ".join(
        f"('{live}', {'null' if day is None else day}, {views})" for live, day, views in rows
    )
    model = f"select * from (values {values}) as t(live_id, day, views)"
    assert lives.build(model, full=full).error == ""


def read(lives: Tiny, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(lives.home.warehouse), read_only=True) as db:
        return db.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("what", "rows", "listed"),
    [
        ("nothing", FIRST, []),
        ("another order", FIRST[::-1], []),
        ("a value", [("a", 1, 9), *FIRST[1:]], [("a", 1)]),
        ("a value under a key with NULL", [FIRST[0], ("b", None, 9), FIRST[2]], [("b", None)]),
        ("one goes and one comes", [*FIRST[:2], ("d", 4, 3)], [("c", 3), ("d", 4)]),
        ("a key", [("a", 2, 1), *FIRST[1:]], [("a", 1), ("a", 2)]),
        ("values change places", [("a", 1, 2), ("b", None, 1), FIRST[2]], [("a", 1), ("b", None)]),
        ("a copy comes", [*FIRST, FIRST[0]], [("a", 1)]),
    ],
)
def test_rows_that_came_out_otherwise_are_replaced_and_listed(
    lives: Tiny, what: str, rows: list[Row], listed: list[tuple[str, int | None]]
) -> None:
    build(lives, rows)
    assert read(lives, "from facts.lives order by all") == sorted(rows, key=str), what
    assert read(lives, "from changes.lives order by all") == listed
    # those that stay lie where they lay, before those that came
    stayed = [row for row in FIRST if row[:2] not in listed]
    assert read(lives, "from facts.lives")[: len(stayed)] == stayed
    build(lives, FIRST)
    assert read(lives, "from facts.lives order by all") == FIRST
    assert read(lives, "from changes.lives order by all") == [
        key for key in listed if key in [row[:2] for row in (*FIRST, *rows)]
    ]


def test_a_table_made_anew_lists_every_key(lives: Tiny) -> None:
    every = [(live_id, day) for live_id, day, _ in FIRST]
    assert read(lives, "from changes.lives order by all") == every
    build(lives, FIRST)
    assert read(lives, "from changes.lives") == []
    build(lives, FIRST[:1], full=True)
    assert read(lives, "from facts.lives") == [("a", 1, 1)]
    assert read(lives, "from changes.lives") == [("a", 1)]
