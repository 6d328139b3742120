"""A landing folder and what one night with the real models makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from dbt_kept import dbt_kept

from livehouse.settings import Home, Settings
from orchestration.night import run_night

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Published:
    """A landing folder and the release that one night made of it."""

    landing: Path
    home: Home

    def rows(self, query: str) -> list[dict[str, Any]]:
        file = self.home.current / "livehouse.duckdb"
        with duckdb.connect(str(file), read_only=True) as connection:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def publish(root: Path) -> Published:
    published = Published(root / "landing", Home(root / "home"))
    with dbt_kept(published.home):
        night = run_night(published.home, published.landing, Settings(threads=2), NOW)
    assert night.exit_code in (0, 4), night
    return published
