"""Where things are and how the house is set: the one module that reads the environment.

What belongs here: the home folder's layout and the few settings of a night.
What does not: thresholds of metrics (they are definitions, in dbt) and anything that does work.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"


@dataclass(frozen=True)
class Home:
    """The private folder of one warehouse; every path below it is named once, here."""

    root: Path

    @property
    def default_landing(self) -> Path:
        return self.root / "landing"

    @property
    def warehouse(self) -> Path:
        """The working file: one writer, no readers but the nightly job."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def releases(self) -> Path:
        return self.published / "releases"

    @property
    def current(self) -> Path:
        """The directory link that readers open through: current/livehouse.duckdb."""
        return self.published / "current"

    @property
    def candidate(self) -> Path:
        """Where the next release is built and judged before anybody sees it."""
        return self.published / ".candidate"

    @property
    def quality(self) -> Path:
        return self.root / "quality"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def spool(self) -> Path:
        """Plain-text copies of compressed or unclean files, only while a night runs."""
        return self.root / ".spool"

    @property
    def dagster(self) -> Path:
        return self.root / ".dagster"

    @property
    def dbt_target(self) -> Path:
        return self.root / ".dbt"

    @property
    def spark(self) -> Path:
        """Raw tables on their way to Spark and built ones on their way back, only for that time."""
        return self.root / ".spark"

    @property
    def spark_lake(self) -> Path:
        """Where Spark writes its tables."""
        return self.spark / "lake"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

    @property
    def key(self) -> Path:
        """What pseudonyms and tombstones are made with; never published, never logged."""
        return self.root / "key"

    @property
    def tombstones(self) -> Path:
        """Keyed hashes of the people who were erased; outlives the warehouse."""
        return self.root / "tombstones"

    @property
    def to_rewrite(self) -> Path:
        """There while the warehouse may hold bytes of erased people in its free blocks."""
        return self.root / ".to-rewrite"


@dataclass(frozen=True)
class Settings:
    """Settings of a night; units are in the names."""

    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory_limit: str = "4GB"
    hold_back_min_rejects: int = 10
    hold_back_reject_share: float = 0.01
    freshness_warn_hours: int = 48
    volume_warn_ratio: float = 4.0
    window_minutes: int = 240
    keep_releases: int = 7
    max_release_waste: float = 0.3
    schedule_timezone: str = "UTC"
    schedule_cron: str = "0 2 * * *"
    max_line_bytes: int = 1024 * 1024
    spool_bytes: int = 4 * 1024**3
    max_unpacked_bytes: int = 32 * 1024**3


_UNITS = {"K": 1000, "M": 1000**2, "G": 1000**3, "T": 1000**4}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B?\s*", re.IGNORECASE)

BESIDE_DUCKDB = 1000**3
"""What Python, dbt, Dagster and Great Expectations take, and DuckDB beyond its limit: measured."""


def duckdb_memory(memory_limit: str) -> str:
    """DuckDB's part of the memory that a night may take: all but what the rest of the process
    takes, and half of it at least. What is no size is left to DuckDB to refuse.
    """
    size = _SIZE.fullmatch(memory_limit)
    if size is None:
        return memory_limit
    number, unit, binary = size.groups()
    allowed = float(number) * (
        1024 ** ("KMGT".index(unit.upper()) + 1) if binary else _UNITS[unit.upper()]
    )
    return f"{max(allowed - BESIDE_DUCKDB, allowed / 2) / 1000:.0f}KB"


def default_home() -> Home:
    """The home named by LIVEHOUSE_HOME, else ./livehouse_home."""
    return Home(Path(os.environ.get("LIVEHOUSE_HOME", "livehouse_home")).resolve())


def landing_of(home: Home) -> Path:
    """The landing folder of a night that was started without --landing."""
    named = os.environ.get("LIVEHOUSE_LANDING")
    return Path(named).resolve() if named else home.default_landing


def key_from_environment() -> str | None:
    """The key named by LIVEHOUSE_KEY, or None: then it is in the home."""
    return os.environ.get("LIVEHOUSE_KEY")


def settings_from_environment() -> Settings:
    """Settings, each overridable as LIVEHOUSE_<NAME>, for example LIVEHOUSE_MEMORY_LIMIT=2GB.

    Raises ValueError naming the variable where a value is not of the setting's type.
    """
    values: dict[str, object] = {}
    for name, default in vars(Settings()).items():
        text = os.environ.get(f"LIVEHOUSE_{name.upper()}")
        if text is None:
            continue
        try:
            values[name] = type(default)(text)
        except ValueError as error:
            wanted = type(default).__name__
            raise ValueError(f"LIVEHOUSE_{name.upper()}={text!r} is not a {wanted}") from error
    return Settings(**values)  # type: ignore[arg-type]
