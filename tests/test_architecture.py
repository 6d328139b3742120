"""The house rules that a machine can see: rooms in order, small models, who imports what."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from livehouse.settings import DBT_PROJECT_DIR, PROJECT_ROOT

ROOMS = ["staging", "intermediate", "facts", "marts", "meta"]
MODELS = sorted((DBT_PROJECT_DIR / "models").glob("*/*.sql"))
PACKAGES = ("livehouse", "ingestion", "publishing", "data_quality", "orchestration", "simulator")
MAX_MODEL_LINES = 150


def room_of(model: str) -> str:
    (path,) = [path for path in MODELS if path.stem == model]
    return path.parent.name


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_data_walks_through_the_rooms_one_way(path: Path) -> None:
    text = path.read_text()
    for parent in re.findall(r"ref\('(\w+)'\)", text):
        if (DBT_PROJECT_DIR / "seeds" / f"{parent}.csv").exists():
            continue
        assert ROOMS.index(room_of(parent)) <= ROOMS.index(path.parent.name), parent
    if "source('raw'" in text:
        assert path.parent.name in ("staging", "meta")


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_small_and_says_what_it_is(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= MAX_MODEL_LINES
    assert lines[0].startswith("-- ")
    assert lines[1].startswith("-- Grain: one row per ")


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_join_of_ranges_holds_plain_comparisons_only(path: Path) -> None:
    """An `or` in a join condition makes the engine compare every pair of rows."""
    text = re.sub(r"--.*", "", path.read_text())
    for condition in re.findall(r"\bon\b(.*?)(?:\bwhere\b|\bgroup\b|\bjoin\b|\)\n|$)", text, re.S):
        assert not re.search(r"\bor\b", condition), condition


def test_division_happens_in_the_ratio_macro_only() -> None:
    """Beyond it only microseconds become seconds."""
    for path in MODELS:
        text = re.sub(r"--.*|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", path.read_text(), flags=re.S)
        for line in text.splitlines():
            assert re.search(r"/(?!\s*1000000\b)", line) is None, (path.stem, line)


def test_dagster_and_great_expectations_stay_in_their_rooms() -> None:
    homes = {"dagster": "orchestration", "dagster_dbt": "orchestration"}
    homes["great_expectations"] = "data_quality"
    for package in PACKAGES:
        for path in (PROJECT_ROOT / package).rglob("*.py"):
            for name in imported(path):
                home = homes.get(name.split(".")[0])
                assert home in (None, package), (path, name)


def test_the_working_rooms_do_not_know_who_calls_them() -> None:
    """ingestion and publishing know neither the wiring nor the command line."""
    for package in ("ingestion", "publishing", "data_quality"):
        for path in (PROJECT_ROOT / package).rglob("*.py"):
            for name in imported(path):
                assert not name.startswith(("orchestration", "livehouse.cli")), (path, name)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names
