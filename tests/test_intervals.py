"""The intervals of proportions: the macro against a published table and against the definition.

The table is that of R. G. Newcombe, Two-sided confidence intervals for the single proportion
(1998), method 3 (Wilson's score method without continuity correction). The definition: the bounds
are the two proportions from which the observed one lies just z standard errors away.
"""

from __future__ import annotations

from math import isclose
from pathlib import Path
from statistics import NormalDist

import duckdb
import jinja2
import pytest

MACROS = Path(__file__).resolve().parents[1] / "dbt_project" / "macros"

# cases, of, low, high
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.fixture(scope="module")
def formula() -> str:
    text = "".join((MACROS / name).read_text() for name in ("ratio.sql", "interval.sql"))
    text += "{{ interval_low('cases', 'whole') }}, {{ interval_high('cases', 'whole') }}"
    return jinja2.Environment().from_string(text).render().strip()


def bounds(formula: str, cases: str, whole: str) -> tuple[float | None, float | None]:
    row = duckdb.sql(
        f"select {formula} from (select {cases}::bigint as cases, {whole}::bigint as whole)"
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def score_bound(cases: int, of: int, outer: float) -> float:
    """The proportion between the observed one and `outer` that is just z standard errors away."""
    z, observed = NormalDist().inv_cdf(0.975), cases / of
    near, far = observed, outer
    for _ in range(200):
        middle = (near + far) / 2
        if (observed - middle) ** 2 <= z * z * middle * (1 - middle) / of:
            near = middle
        else:
            far = middle
    return near


@pytest.mark.parametrize(("cases", "of", "low", "high"), NEWCOMBE)
def test_published_table(formula: str, cases: int, of: int, low: float, high: float) -> None:
    got_low, got_high = bounds(formula, str(cases), str(of))
    assert got_low is not None and got_high is not None
    assert (round(got_low, 4), round(got_high, 4)) == (low, high)


def test_every_proportion_of_up_to_sixty(formula: str) -> None:
    for of in (1, 2, 3, 7, 19, 60):
        for cases in range(of + 1):
            low, high = bounds(formula, str(cases), str(of))
            assert low is not None and high is not None
            assert 0 <= low <= cases / of <= high <= 1
            if cases > 0:
                assert isclose(low, score_bound(cases, of, 0), rel_tol=1e-9), (cases, of)
            if cases < of:
                assert isclose(high, score_bound(cases, of, 1), rel_tol=1e-9), (cases, of)


def test_none_and_all_are_exact(formula: str) -> None:
    assert bounds(formula, "0", "7")[0] == 0
    assert bounds(formula, "7", "7")[1] == 1


@pytest.mark.parametrize(("cases", "whole"), [("0", "0"), ("null", "5"), ("3", "null")])
def test_no_interval_without_a_proportion(formula: str, cases: str, whole: str) -> None:
    assert bounds(formula, cases, whole) == (None, None)


def test_large_counts_do_not_overflow(formula: str) -> None:
    low, high = bounds(formula, "5000000000", "10000000000")
    assert low is not None and high is not None
    assert 0.49998 < low < 0.5 < high < 0.50002


def test_a_numerator_beyond_its_denominator_stops_no_build(formula: str) -> None:
    low, high = bounds(formula, "9", "5")  # gate 2 refuses such a ratio, and names it
    assert low is not None and high is not None
