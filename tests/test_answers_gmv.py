"""What the simulator planted at account level is what marts.gmv_changes names.

Belongs here: the planted changes of truth.json against the largest terms of the week in which they
came. Does not belong here: the arithmetic of the terms (dbt unit tests, rows typed by hand) and
that they sum to the difference (dbt data tests).
"""

from __future__ import annotations

from typing import Any

import pytest
from answers_home import AnswersHome


@pytest.fixture
def creators(answers: AnswersHome) -> dict[str, str]:
    """Creator by changed metric."""
    return {it["metric"]: it["creator_id"] for it in answers.truth["changes"]}


def answer(answers: AnswersHome, query: str, creator_id: str) -> tuple[Any, ...]:
    (row,) = answers.rows(query, [creator_id])
    return tuple(row.values())


def test_the_planted_step_has_the_largest_term(
    answers: AnswersHome, creators: dict[str, str]
) -> None:
    largest_step, term = answer(
        answers,
        "select largest_step, gmv_decomposition_ctor from marts.gmv_changes where period = 'week' "
        "and period_start = date '2026-03-09' and creator_id = ?",
        creators["ctor"],
    )
    assert largest_step == "ctor"
    assert term > 0


def test_the_planted_channel_gains_most_by_the_mix(
    answers: AnswersHome, creators: dict[str, str]
) -> None:
    channel, before, after = answer(
        answers,
        "select channel, channel_view_share_before, channel_view_share "
        "from marts.gmv_changes_by_channel where period = 'week' "
        "and period_start = date '2026-03-09' and creator_id = ? "
        "order by abs(gmv_decomposition_channel_view_share) desc nulls last limit 1",
        creators["search_view_share"],
    )
    assert channel == "search"
    assert after > before
