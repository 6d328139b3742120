"""SQL that only one of the two engines reads is found here, in a second and without Java.

What belongs here: spellings that `make test-spark` tripped over, or would. What does not: whether
both engines come to the same rows (tests/spark/compare_engines.py).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from livehouse.settings import DBT_PROJECT_DIR

DIALECT = DBT_PROJECT_DIR / "macros" / "dialect.sql"
FILES = sorted(
    path
    for folder in ("models", "macros", "tests")
    for path in (DBT_PROJECT_DIR / folder).rglob("*.sql")
    if path != DIALECT
)
SEEDS = sorted((DBT_PROJECT_DIR / "seeds").glob("*.csv"))
# What must not stand in a model or macro, and what to write instead.
ONE_ENGINE_ONLY = {
    r"over \(\s*\w+\s+(rows|range)\b": "a second named window with the frame in it",
    r"\bover \w+\s*-\s*[a-z_]\w*\b(?!\()": "the window after the column: Spark reads one name",
    r"\) filter \([^()]*\) over\b": "a case in the aggregate",
    r"\bas varchar\b": "cast(x as string)",
    r"->>": "a typed column of raw",
    r"\b(arg_max|arg_min)\(": "max_by, min_by",
    r"\b(quantile_cont|median)\(": "percentile_cont(...) within group (order by ...)",
    r"\b(date_diff|datediff)\(": "microseconds_between",
    r"\b(epoch_us|epoch_ms|timezone|generate_series|unnest|strftime)\(": "macros/dialect.sql",
    r"\bcount\(\s*distinct\s+[^()]*,": "a group by before the count",
    r"\* exclude\b": "the columns by name",
    r"\basof\b": "a join on the validity's start and end",
    r"\bunion all by name\b": "the columns in one order",
    r"\* 1\.0\b": "cast(x as double)",
    r",\s*\n\s*(from|\))\b": "no comma after the last column",
    r"\btarget\.type\b": "macros/dialect.sql",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_engines_read_it(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    text = re.sub(r"--.*", "", text)
    found = {
        match.group(0): instead
        for pattern, instead in ONE_ENGINE_ONLY.items()
        for match in re.finditer(pattern, text)
    }
    assert not found


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_no_apostrophe_in_a_seed(path: Path) -> None:
    """dbt-spark writes a seed's texts between apostrophes and escapes none in them."""
    lines = path.read_text().splitlines()
    assert [(number, line) for number, line in enumerate(lines, 1) if "'" in line] == []
