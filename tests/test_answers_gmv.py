"""What the simulator planted at account level is what marts.gmv_changes names.

Belongs here: the planted changes of truth.json against the largest terms of the week in which they
came. Does not belong here: the arithmetic of the terms (dbt unit tests, rows typed by hand) and
that they sum to the difference (dbt data tests).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.load import merge, stage
from livehouse.settings import DBT_PROJECT_DIR, Home, Settings
from simulator.simulate import simulate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MODELS = ("+gmv_changes", "+gmv_changes_by_channel")
MONDAY = date(2026, 3, 2)
"""Of 16 days from here the changes come on the ninth: a whole week, then one with the change."""


@pytest.fixture(scope="module", params=[7, 8, 9])
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, str], Path]:
    """Creator by changed metric, and a warehouse with the two marts over that simulation."""
    root = tmp_path_factory.mktemp("planted")
    simulate(root / "landing", days=16, events_per_day=20_000, start=MONDAY, seed=request.param)
    home, settings = Home(root / "home"), Settings(threads=2)
    stage(home, settings, root / "landing", NOW)
    merge(home, settings, {}, NOW)
    for command in (("seed",), ("run", "--select", *MODELS)):
        subprocess.run(
            [
                *(sys.executable, "-m", "dbt.cli.main", "--quiet", *command),
                *("--profiles-dir", ".", "--target-path", str(root / "target")),
            ],
            cwd=DBT_PROJECT_DIR,
            env={
                **os.environ,
                "LIVEHOUSE_WAREHOUSE": str(home.warehouse),
                "DBT_LOG_PATH": str(root / "logs"),
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            },
            check=True,
        )
    truth = json.loads((root / "landing" / "truth.json").read_text())
    return {it["metric"]: it["creator_id"] for it in truth["changes"]}, home.warehouse


def answer(warehouse: Path, query: str, creator_id: str) -> tuple[Any, ...]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute(query, [creator_id]).fetchone()
    assert row is not None
    return row


def test_the_planted_step_has_the_largest_term(planted: tuple[dict[str, str], Path]) -> None:
    creators, warehouse = planted
    largest_step, term = answer(
        warehouse,
        "select largest_step, gmv_decomposition_ctor from marts.gmv_changes where period = 'week' "
        "and period_start = date '2026-03-09' and creator_id = ?",
        creators["ctor"],
    )
    assert largest_step == "ctor"
    assert term > 0


def test_the_planted_channel_gains_most_by_the_mix(planted: tuple[dict[str, str], Path]) -> None:
    creators, warehouse = planted
    channel, before, after = answer(
        warehouse,
        "select channel, channel_view_share_before, channel_view_share "
        "from marts.gmv_changes_by_channel where period = 'week' "
        "and period_start = date '2026-03-09' and creator_id = ? "
        "order by abs(gmv_decomposition_channel_view_share) desc nulls last limit 1",
        creators["search_view_share"],
    )
    assert channel == "search"
    assert after > before
