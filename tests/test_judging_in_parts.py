"""A night in parts judges what it rebuilt, and a full one everything: faults planted in both.

LIVEs typed by hand, and the real models. What either gate judges at all: test_gates.py.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_rebuilding import NOW, SETTINGS, Nights, at, event, live

from livehouse.settings import Home
from orchestration import dbt_run
from orchestration.journal import Orders
from orchestration.night import run_night
from publishing import candidate as candidates

FAULTS = {
    "minutes_sum_to_the_live": "update facts.fct_live_minute set likes = likes + 1 where {live}",
    "audiences_sum_to_the_live": "update facts.fct_live_funnel set shares = 1 where {live}",
    "audiences_sum_to_the_channel": "update facts.fct_live_funnel set views = 9 where {live}",
    "channels_sum_to_the_live": "update facts.fct_live_channel set likes = likes + 1 where {live}",
    "products_sum_to_the_live": "update facts.fct_live_product set sku_orders = 7 where {live}",
    "settled_gifts_are_at_most_their_frames": "update facts.fct_gift set diamonds = 8 where {live}",
    "lives_sum_to_the_creator_day": "update facts.fct_creator_day set likes = 1 where {creator}",
    "unique_key_fct_live_minute_live_id__minute_ts": "insert into facts.fct_live_minute"
    " from facts.fct_live_minute where {live}",
    # The key of a view does not tell whose it is: the other copy stands in a LIVE of long ago.
    "unique_key_fct_view_view_event_id": "insert into facts.fct_view"
    " select * replace ('z' as live_id) from facts.fct_view where {live}",
}
"""A test -> what makes it fail, in a LIVE or its creator's day."""


def gift(live_id: str, day: int) -> list[dict[str, Any]]:
    own = {"viewer": "anna", "gift_id": "rose", "quantity": 1, "coins": 2, "diamonds": 1}
    return [event(f"{live_id}-g", "gift", live_id, at(day, "10:25:00"), **own)]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """X has a LIVE of long ago; a second LIVE of Y came last night, and only Y's were rebuilt."""
    folder = tmp_path_factory.mktemp("judging")
    nights = Nights(Home(folder / "home"), folder / "landing")
    old = [*live("x1", 4, "anna ben"), *gift("x1", 4), *live("y1", 4, "anna dan"), *gift("y1", 4)]
    nights.deliver("first", old)
    nights.run("first")
    nights.deliver("second", [*live("y2", 6, "dan"), *gift("y2", 6)])
    nights.run("second")
    assert nights.rebuilt == {"first": {"x1", "y1"}, "second": {"y1", "y2"}}
    return nights


@pytest.fixture
def copied(nights: Nights, tmp_path: Path) -> Nights:
    shutil.copytree(nights.home.root, tmp_path / "home", symlinks=True)
    shutil.copytree(nights.landing, tmp_path / "landing")
    return replace(nights, home=Home(tmp_path / "home"), landing=tmp_path / "landing")


@pytest.mark.parametrize(
    ("live_id", "rebuilt", "found"),
    [("y1", "last night", True), ("x1", "last night", False), ("x1", "all", True)],
)
def test_dbt_tests_look_at_what_was_rebuilt(
    copied: Nights, live_id: str, rebuilt: str, found: bool
) -> None:
    plant = {"live": f"live_id = '{live_id}'", "creator": f"creator_id = 'creator-{live_id[0]}'"}
    with duckdb.connect(str(copied.home.warehouse)) as db:
        if rebuilt == "all":
            # as after `--full`: the lists name everything
            db.execute(
                "insert into intermediate.int_rebuilt_lives by name"
                " select live_id, creator_id, market_key, report_date, report_week, first_date,"
                " last_date from intermediate.int_live_inputs where live_id = 'x1'"
            )
        for sql in FAULTS.values():
            planted = db.execute(sql.format(**plant)).fetchone()
            assert planted is not None
            assert planted[0] > 0, sql
    target = Orders(copied.home, copied.landing, SETTINGS, NOW).dbt_target
    _, manifest = dbt_run.prepare_manifest(copied.home, SETTINGS, target)
    result = dbt_run.build(
        copied.home, SETTINGS, target=target, manifest=manifest, select=tuple(FAULTS)
    )
    assert {node.name: node.state for node in result.nodes} == dict.fromkeys(
        FAULTS, "failed" if found else "passed"
    )


@pytest.mark.parametrize(
    ("live_id", "full", "outcome", "observed"),
    [
        ("y2", False, "judged", "61 failing rows among those rebuilt"),
        ("x1", False, "published", "0 failing rows among those rebuilt"),
        ("x1", True, "judged", "61 failing rows"),
    ],
)
def test_gate_2_judges_what_was_rebuilt(
    copied: Nights,
    monkeypatch: pytest.MonkeyPatch,
    live_id: str,
    full: bool,
    outcome: str,
    observed: str,
) -> None:
    """The LIVE of an hour touches 61 minutes; a third one of Y concerns the second."""
    build = candidates.build_candidate

    def build_with_a_fault(*orders: Any) -> candidates.Candidate:
        built = build(*orders)
        with duckdb.connect(str(built.path)) as db:
            db.execute(f"update marts.live_minutes set views = -1 where live_id = '{live_id}'")
        return built

    monkeypatch.setattr(candidates, "build_candidate", build_with_a_fault)
    copied.deliver("third", live("y3", 8, "dan"))
    night = run_night(copied.home, copied.landing, SETTINGS, copied.now, full=full)
    assert night.outcome == outcome, night.message
    (seen,) = [
        check.observed
        for check in night.checks
        if (check.name, check.table) == ("value_is_not_below_its_bound", "marts.live_minutes.views")
    ]
    assert seen == observed
