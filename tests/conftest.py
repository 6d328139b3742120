"""What several test files share: homes that are too dear to be built by each of them."""

from __future__ import annotations

import pytest
from answers_home import LONG_WORLDS, PAGE, AnswersHome, build

WORLDS = [pytest.param(world, marks=pytest.mark.long) for world in (PAGE, *LONG_WORLDS)]


@pytest.fixture(scope="session", params=WORLDS, ids=str)
def answers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AnswersHome:
    """A published home of a simulated world, for whatever asks for answers after a LIVE."""
    return build(request.param, tmp_path_factory.mktemp("answers"))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under xdist (`--dist loadgroup`) one process has all tests of a world, or of a file."""
    for item in items:
        world = getattr(item, "callspec", None) and item.callspec.params.get("answers")
        item.add_marker(pytest.mark.xdist_group(str(world or item.path)))
