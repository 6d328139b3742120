"""The simulated worlds whose planted truth the answers after a LIVE are held against.

Belongs here: which worlds there are, and building the home of one. Does not belong here: what is
expected of it (the tests), or what is planted (simulator/truth.py).

ANSWERS_DIR=DIR keeps dumps and homes in that folder and takes them up again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from dbt_kept import dbt_kept

from livehouse.settings import Home, Settings
from orchestration.night import run_night
from simulator.simulate import simulate

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A simulation. It starts on a Monday: changes of the account come on the ninth day."""

    days: int
    events_per_day: int
    seed: int
    start: date = date(2026, 3, 2)

    def __str__(self) -> str:
        return f"{self.days}x{self.events_per_day}-seed{self.seed}"

    @property
    def now(self) -> datetime:
        """The night after the last day."""
        day = self.start + timedelta(days=self.days)
        return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


PAGE = World(days=16, events_per_day=40_000, seed=7)
"""The world of every test run and of docs/questions.md."""

LONG_WORLDS = tuple(World(16, 100_000, seed) for seed in (7, 8, 9))
"""Those of `make test-long`: LIVEs with more events, in which more of the truth can be seen."""


@dataclass(frozen=True)
class AnswersHome:
    """A published home, its dumps and the truth that was planted in them."""

    world: World
    landing: Path
    home: Home
    truth: dict[str, list[Row]]

    @property
    def release(self) -> Path:
        return self.home.current / "livehouse.duckdb"

    def rows(self, query: str, values: Any = None) -> list[Row]:
        with duckdb.connect(str(self.release), read_only=True) as connection:
            cursor = connection.execute(query, values)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def build(world: World, folder: Path) -> AnswersHome:
    """Simulate and publish, unless an earlier session left the world's home in ANSWERS_DIR."""
    kept = os.environ.get("ANSWERS_DIR")
    folder = Path(kept) / str(world) if kept else folder
    landing, home = folder / "landing", Home(folder / "home")
    if not (landing / "truth.json").exists():
        simulate(
            landing,
            days=world.days,
            events_per_day=world.events_per_day,
            start=world.start,
            seed=world.seed,
        )
    with dbt_kept(home):
        night = run_night(home, landing, Settings(threads=2), world.now)
    assert night.outcome in ("published", "nothing_new"), night
    return AnswersHome(world, landing, home, json.loads((landing / "truth.json").read_text()))
