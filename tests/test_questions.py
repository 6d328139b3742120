"""The twenty questions: each is one query that answers, and docs/questions.md says what it says."""

from __future__ import annotations

import re

import pytest
from answers_home import PAGE, AnswersHome
from questions_page import PATH, laid_out, numbered, page

# Questions of the account's later days, and of what a creator may lack, rightly answer NULL.
UNKNOWN_YET = {"views_7d_before", "views_7d_after", "reward_pct_earned", "usual_value"}


@pytest.fixture
def of_the_page(answers: AnswersHome) -> AnswersHome:
    if answers.world != PAGE:
        pytest.skip("the page is of another world")
    return answers


def test_every_question_is_answered(answers: AnswersHome) -> None:
    samples = numbered(answers)
    assert {sample["question_no"] for sample in samples} == set(range(1, 21))
    for sample in samples:
        assert sample["how_to_read"].endswith("."), sample
        rows = answers.rows(sample["query"])
        assert rows, sample["question"]
        unknown = {name for name in rows[0] if all(row[name] is None for row in rows)} - UNKNOWN_YET
        assert not unknown, (sample["question"], unknown)


def test_the_page_has_the_questions_and_queries_of_the_release(answers: AnswersHome) -> None:
    text = PATH.read_text()
    samples = numbered(answers)
    titles = re.findall(r"^##+ (?:\d+\. )?(.*)$", text, flags=re.M)
    assert titles == [sample["question"] for sample in samples], "run `make questions`"
    queries = re.findall(r"```sql\n(.*?);\n```", text, flags=re.S)
    assert queries == [laid_out(sample["query"]) for sample in samples], "run `make questions`"
    assert [" ".join(query.split()) for query in queries] == [
        " ".join(sample["query"].split()) for sample in samples
    ]


def test_the_page_shows_the_answers_of_its_world(of_the_page: AnswersHome) -> None:
    assert PATH.read_text() == page(of_the_page), "run `make questions`"
