"""A night in parts judges what it rebuilt, and a full one everything: faults planted in both.

LIVEs typed by hand, and the real models. What either gate judges at all: test_gates.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from typed_nights import NOW, SETTINGS, Nights, live

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


@pytest.fixture
def copied(nights: Nights, tmp_path: Path) -> Nights:
    """X has a LIVE of long ago; last night came a late entry into the first LIVE of Y, and only the
    LIVEs of those days on were rebuilt.
    """
    assert nights.after_second is not None
    assert nights.rebuilt["second"].isdisjoint({"x1", "x2"})
    assert nights.rebuilt["second"] > {"y1", "y2"}
    return nights.after_second.copy_to(tmp_path)


@pytest.mark.parametrize(
    ("live_id", "rebuilt", "found"),
    [("y1", "last night", True), ("x1", "last night", False), ("x1", "all", True)],
)
def test_dbt_tests_look_at_what_was_rebuilt(
    copied: Nights, live_id: str, rebuilt: str, found: bool
) -> None:
    plant = {
        "live": f"live_id = '{live_id}'",
        "creator": f"creator_id = 'creator-{live_id[0]}' and report_date = '2026-05-04'",
    }
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
    ("full", "observed"),
    [(False, "61 failing rows among those rebuilt"), (True, "122 failing rows")],
)
def test_gate_2_judges_what_was_rebuilt(
    copied: Nights, monkeypatch: pytest.MonkeyPatch, full: bool, observed: str
) -> None:
    """The LIVE of an hour touches 61 minutes; a third one of Y concerns the second, and none of X.

    Both the second one and a LIVE of X are wrong in the candidate, and in the mart that shows them.
    """
    build = candidates.build_candidate

    def build_with_faults(*orders: Any) -> candidates.Candidate:
        built = build(*orders)
        with duckdb.connect(str(built.path)) as db:
            for live_id in ("y2", "x1"):
                db.execute(
                    f"update facts.fct_live_minute set views = -1 where live_id = '{live_id}'"
                )
        return built

    monkeypatch.setattr(candidates, "build_candidate", build_with_faults)
    copied.deliver("third", live("y3", 8, "dan"))
    night = run_night(copied.home, copied.landing, SETTINGS, copied.now, full=full)
    assert night.outcome == "judged", night.message
    failed = [check for check in night.checks if check.state == "failed"]
    assert {
        check.table: check.observed
        for check in failed
        if check.name == "value_is_not_below_its_bound" and check.table.endswith(".views")
    } == {"facts.fct_live_minute.views": observed, "marts.live_minutes.views": observed}
    assert full or not any("x1" in str(check.examples) for check in failed)
