"""What several test files share: homes that are too dear to be built by each of them."""

from __future__ import annotations

import pytest
from answers_home import LONG_WORLDS, PAGE, AnswersHome, build

WORLDS = (PAGE, *(pytest.param(world, marks=pytest.mark.long) for world in LONG_WORLDS))


@pytest.fixture(scope="session", params=WORLDS, ids=str)
def answers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AnswersHome:
    """A published home of a simulated world, for whatever asks for answers after a LIVE."""
    return build(request.param, tmp_path_factory.mktemp("answers"))
