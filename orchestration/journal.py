"""What a night is asked to do, and what its steps leave behind for the summary.

What belongs here: plain data, without Dagster or dbt, so that the command line starts quickly.
What does not: running anything (night.py) or showing it (livehouse/summary.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from livehouse.profile import Profile, Span
from livehouse.settings import DBT_PROJECT_DIR, Home, Settings

if TYPE_CHECKING:
    from data_quality.check import Check
    from ingestion.load import Delivery
    from ingestion.merge import LoadSummary
    from publishing.candidate import Candidate
    from publishing.release import Release

Engine = Literal["duckdb", "spark"]
Outcome = Literal["published", "published_with_held", "nothing_new", "judged", "failed"]
CheckState = Literal["passed", "warned", "failed"]

EXIT_CODES: dict[Outcome, int] = {
    "published": 0,
    "nothing_new": 0,
    "failed": 1,
    "judged": 3,
    "published_with_held": 4,
}


@dataclass(frozen=True)
class Orders:
    """One night as it was asked for; `now` is aware and in UTC, `accept` are landing paths.

    `retry` are the paths of held files that shall be read and judged again.
    """

    home: Home
    landing: Path
    settings: Settings
    now: datetime
    full: bool = False
    accept: frozenset[str] = frozenset()
    project: Path = DBT_PROJECT_DIR
    engine: Engine = "duckdb"
    retry: frozenset[str] = frozenset()

    @property
    def dbt_target(self) -> Path:
        """dbt's folder; one for each engine, or each change of it would parse everything again."""
        return self.home.dbt_target / ("" if self.engine == "duckdb" else self.engine)

    @property
    def now_utc(self) -> datetime:
        """`now` without its zone, as DuckDB's TIMESTAMP and the names of releases have it."""
        return self.now.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class DbtNode:
    """One finished dbt node; `status` is dbt's own word, `table` the model, or what a test looks
    at, as room.model.
    """

    unique_id: str
    kind: str
    status: str
    message: str = ""
    failures: int | None = None
    table: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def name(self) -> str:
        return self.unique_id.split(".")[2]

    @property
    def state(self) -> CheckState:
        return {"pass": "passed", "success": "passed", "warn": "warned"}.get(  # type: ignore[return-value]
            self.status, "failed"
        )


@dataclass(frozen=True)
class CheckReport:
    """One check's verdict, whichever net it belongs to: 'delivery', 'dbt' or 'candidate'."""

    name: str
    net: str
    table: str
    state: CheckState
    expected: str = ""
    observed: str = ""
    examples: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True)
class FileReport:
    """What became of one file: all counts are lines, and they add up to `lines`."""

    path: str
    state: str
    lines: int
    accepted: int
    duplicates: int
    rejected: int
    blank: int
    erased: int = 0
    held_reason: str = ""


@dataclass(frozen=True)
class NewNameReport:
    """A field or event type that the contract lacks, seen for the first time."""

    kind: str
    name: str
    lines: int
    files: int
    path: str


@dataclass(frozen=True)
class Night:
    """The summary of one night."""

    outcome: Outcome
    seconds: float
    message: str = ""
    release_id: str = ""
    release_path: str = ""
    live_sessions: int | None = None
    lives_rebuilt: int | None = None
    models: int = 0
    files: tuple[FileReport, ...] = ()
    checks: tuple[CheckReport, ...] = ()
    new_names: tuple[NewNameReport, ...] = ()
    profile: tuple[Span, ...] = ()

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]

    def count(self, state: CheckState) -> int:
        """How many checks ended in this state."""
        return sum(check.state == state for check in self.checks)


def _silent(_: str) -> None:
    """Progress that nobody watches."""


@dataclass
class Journal:
    """Filled by the steps as the night goes on; `say` takes one line of progress."""

    say: Callable[[str], None] = _silent
    profile: Profile = field(default_factory=Profile)
    delivery: Delivery | None = None
    load: LoadSummary | None = None
    delivery_checks: tuple[Check, ...] = ()
    nodes: list[DbtNode] = field(default_factory=list)
    lives_rebuilt: int | None = None
    goes_on_from: str | None = None
    release_id: str = ""
    candidate: Candidate | None = None
    candidate_checks: tuple[Check, ...] | None = None
    release: Release | None = None
    error: BaseException | None = None
    error_step: str = ""


@dataclass(frozen=True)
class Shift:
    """What each step is handed: the orders and the journal."""

    orders: Orders
    journal: Journal
