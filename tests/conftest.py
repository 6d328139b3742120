"""What several test files share: homes that are too dear to be built by each of them.

And which files one process runs, in which order (`make test`): those that share a home together,
and the longest first, so that no process is left waiting for another.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nasty_dumps
import pytest
from answers_home import LONG_WORLDS, PAGE, AnswersHome, build
from dbt_kept import FOLDER, dbt_kept
from published import Published, publish
from typed_nights import Nights, run_all
from xdist.scheduler import LoadScopeScheduling

from livehouse.settings import PROJECT_ROOT, Home

WORLDS = (PAGE, *(pytest.param(world, marks=pytest.mark.long) for world in LONG_WORLDS))


@pytest.fixture(scope="session", params=WORLDS, ids=str)
def answers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AnswersHome:
    """A published home of a simulated world, for whatever asks for answers after a LIVE."""
    return build(request.param, tmp_path_factory.mktemp("answers"))


@dataclass(frozen=True)
class FirstNight:
    """A home after its first night, by the command line, and what that night told."""

    home: Home
    code: int
    told: dict[str, Any]
    errors: str


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> FirstNight:
    """A small simulated landing folder and a night over it, each a process of its own."""
    home = tmp_path_factory.mktemp("first") / "home"
    size = ("--days", "1", "--events-per-day", "4000", "--start", "2026-05-30")
    with dbt_kept(Home(home)):
        for command in (("simulate", *size), ("run", "--json")):
            done = subprocess.run(
                [sys.executable, "-m", "livehouse.cli", *command, "--home", str(home)],
                cwd=PROJECT_ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
    return FirstNight(Home(home), done.returncode, json.loads(done.stdout), done.stderr)


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """LIVEs typed by hand, that came night after night; all nights are over."""
    folder = tmp_path_factory.mktemp("nights")
    nights = Nights(Home(folder / "home"), folder / "landing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.candidate.has_as_many_rows", nights.see)
        run_all(nights)
    return nights


@pytest.fixture(scope="session", params=[5, pytest.param(1, marks=pytest.mark.long)])
def nasty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """One night on a hostile landing folder."""
    root = tmp_path_factory.mktemp("nasty")
    (root / "landing").mkdir()
    nasty_dumps.write_nasty(root / "landing", request.param)
    return publish(root)


TOGETHER = {
    # its first night, of a home without anything, keeps what the others find: see dbt_kept.py
    "test_cli": "first night",
    "test_privacy": "first night",
    # nights of another project meanwhile
    "test_crashes": "crashes",
    "test_rebuilding": "nights",
    "test_judging_in_parts": "nights",
    "test_warehouse": "marts",
    "test_grains": "marts",
    "test_answering": "answers",
    "test_answers_dips": "answers",
    "test_answers_gmv": "answers",
    "test_answers_review": "answers",
    "test_questions": "answers",
}
"""File -> its group, in the order in which they begin: the longest first, but for the first two;
any other file is a group by itself, after these.
"""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = folder = tempfile.mkdtemp(prefix="tests-dbt-kept-")
        config.add_cleanup(lambda: shutil.rmtree(folder))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = list(TOGETHER)
    items.sort(key=lambda item: order.index(item.path.stem) if item.path.stem in TOGETHER else 99)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return ByGroup(config, log)


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # untyped package
    """A group's tests in one process. pytest-xdist's own groups are lost on pytest 9.2, unseen."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0]).stem
        return TOGETHER.get(file, file)
