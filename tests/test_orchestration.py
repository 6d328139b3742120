"""The graph's wiring, and whole nights over a small dbt project with everything else real."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster._core.execution.context.system import StepExecutionContext
from dbt_kept import dbt_kept
from small_project import FILES, SESSIONS, shared_project, write_dump, write_project

from livehouse.errors import LivehouseError
from livehouse.settings import DBT_PROJECT_DIR, PROJECT_ROOT, Home, Settings
from orchestration.dbt_run import prepare_manifest
from orchestration.definitions import JOB, graph
from orchestration.journal import Journal, Night, Orders, Shift
from orchestration.night import instance_of, run_night
from orchestration.steps import step

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = Settings(threads=2)
NEVER_ENDS = """
select count(*) as live_id
from {{ ref('stg_dump__events') }}, range(1000000) as a, range(10000000) as b
where hash(a.range + b.range) = 1
"""
TOO_MUCH = "select len(list(range))::varchar as live_id, 1 as impressions from range(100000000)\n"


class House:
    """A home, a landing folder and the small project, with one night an hour after the other."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.landing = self.home.default_landing
        self.project = shared_project()
        self.settings = SETTINGS
        self._now = NOON

    def dump(self, name: str, lives: dict[str, int], bad: int = 0) -> None:
        write_dump(self.landing, name, lives, bad=bad)

    def run(self, *, full: bool = False, accept: tuple[str, ...] = ()) -> Night:
        self._now += timedelta(hours=1)
        return run_night(
            self.home,
            self.landing,
            self.settings,
            self._now,
            full=full,
            accept=accept,
            project=self.project,
        )

    def change(self, **models: str) -> None:
        self.project = write_project(self.home.root.parent / "project", **models)

    def published(self) -> dict[str, int]:
        """LIVE -> impressions, as a reader sees it."""
        with duckdb.connect(str(self.home.current / "livehouse.duckdb"), read_only=True) as reader:
            rows = reader.execute("select live_id, impressions from facts.fct_live_session")
            return dict(rows.fetchall())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(scope="module")
def small_graph(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    folder = tmp_path_factory.mktemp("small")
    return _graph(Home(folder / "home"), write_project(folder / "project"))


@pytest.fixture(scope="module")
def real_graph(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    home = Home(tmp_path_factory.mktemp("real") / "home")
    with dbt_kept(home):
        return _graph(home, DBT_PROJECT_DIR)


def _graph(home: Home, project: Path) -> dg.Definitions:
    path, manifest = prepare_manifest(home, SETTINGS, home.dbt_target, project)
    return graph(SETTINGS, path, manifest=manifest)


def test_a_project_that_moved_finds_its_seeds(tmp_path: Path) -> None:
    """An upgrade may lie in a new folder, and dbt remembers where a seed lay."""
    home, old, new = Home(tmp_path / "home"), tmp_path / "old", tmp_path / "new"
    write_project(old)
    (old / "seeds").mkdir()
    (old / "seeds" / "few.csv").write_text("a\n1\n")
    prepare_manifest(home, SETTINGS, home.dbt_target, old)
    old.rename(new)
    (new / "models" / "more.sql").write_text("select 1 as one")
    path, _ = prepare_manifest(home, SETTINGS, home.dbt_target, new)
    assert json.loads(path.read_text())["nodes"]["seed.small.few"]["root_path"] == str(new)


# The graph ---------------------------------------------------------------------------------------


def test_the_graph_is_the_one_on_this_page(small_graph: dg.Definitions) -> None:
    assets = small_graph.resolve_asset_graph()
    parents = {
        key.to_user_string(): sorted(
            parent.to_user_string() for parent in assets.get(key).parent_keys
        )
        for key in assets.get_all_asset_keys()
    }
    assert parents == {
        "landing": [],
        "raw": ["landing"],
        "staging/stg_dump__events": ["raw"],
        "intermediate/int_live_inputs": ["staging/stg_dump__events"],
        "intermediate/int_rebuilt_lives": ["intermediate/int_live_inputs"],
        "facts/fct_live_session": ["staging/stg_dump__events"],
        "meta/metrics": [],
        "meta/loads": ["raw"],
        "candidate": ["facts/fct_live_session", "meta/loads", "meta/metrics"],
        "release": ["candidate"],
    }
    checks = {
        (key.asset_key.to_user_string(), key.name, assets.get(key).blocking)
        for key in assets.asset_check_keys
    }
    assert checks == {
        ("raw", "deliveries_are_whole_and_clean", False),
        ("raw", "deliveries_are_as_usual", False),
        ("facts/fct_live_session", "not_null_fct_live_session_live_id", True),
        (
            "facts/fct_live_session",
            "accepted_values_fct_live_session_live_id__live_1__live_2__live_3",
            True,
        ),
        ("facts/fct_live_session", "live_is_one_of_the_usual", False),
        ("candidate", "candidate_keeps_every_promise", True),
        ("candidate", "candidate_is_as_usual", False),
    }


@pytest.mark.parametrize(
    ("memory_limit", "where"),
    [("1GB", "fct_live_session: Runtime Error"), ("40MB", "in step landing")],
)
def test_who_needs_more_memory_says_so(house: House, memory_limit: str, where: str) -> None:
    house.settings = Settings(threads=2, memory_limit=memory_limit)
    house.dump("one.jsonl", {"live-1": 1})
    house.change(fct_live_session=TOO_MUCH)
    night = house.run()
    assert night.outcome == "failed"
    assert where in night.message
    assert "LIVEHOUSE_MEMORY_LIMIT" in night.message


def test_every_parent_can_be_built(real_graph: dg.Definitions) -> None:
    """A mistyped parent would silently become an asset that somebody else builds."""
    assets = real_graph.resolve_asset_graph()
    foreign = {
        f"{key.to_user_string()} <- {parent.to_user_string()}"
        for key in assets.get_all_asset_keys()
        for parent in assets.get(key).parent_keys
        if not assets.get(parent).is_materializable
    }
    assert foreign == set()


def test_every_asset_is_in_the_room_of_its_key(real_graph: dg.Definitions) -> None:
    assets = real_graph.resolve_asset_graph()
    rooms = {"staging", "intermediate", "facts", "marts", "meta"}
    for key in assets.get_all_asset_keys():
        if len(key.path) > 1:
            assert key.path[0] in rooms
            assert assets.get(key).group_name == key.path[0]


def test_the_release_waits_for_the_checked_candidate_itself(real_graph: dg.Definitions) -> None:
    """A failed blocking check stops only what depends directly on the checked asset."""
    assets = real_graph.resolve_asset_graph()
    release = assets.get(dg.AssetKey("release"))
    assert release.parent_keys == {dg.AssetKey("candidate")}
    blocking = [
        key
        for key in assets.asset_check_keys
        if key.asset_key == dg.AssetKey("candidate") and assets.get(key).blocking
    ]
    assert [key.name for key in blocking] == ["candidate_keeps_every_promise"]


def test_the_candidate_is_built_from_every_published_model(real_graph: dg.Definitions) -> None:
    assets = real_graph.resolve_asset_graph()
    published = {
        key for key in assets.get_all_asset_keys() if key.path[0] in {"facts", "marts", "meta"}
    }
    assert assets.get(dg.AssetKey("candidate")).parent_keys == published


def test_the_job_runs_everything_one_step_at_a_time(real_graph: dg.Definitions) -> None:
    job = real_graph.resolve_job_def(JOB)
    assert {node.name for node in job.nodes} == {
        "landing", "raw", "models", "candidate", "gate_2", "release",
    }  # fmt: skip
    assert job.executor_def.name == "in_process"
    assert {node.definition.pool for node in job.nodes} == {"warehouse"}  # type: ignore[attr-defined]


def test_nothing_starts_by_itself(real_graph: dg.Definitions) -> None:
    repository = real_graph.get_repository_def()
    (schedule,) = repository.schedule_defs
    (sensor,) = repository.sensor_defs
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "UTC")
    assert sensor.default_status == dg.DefaultSensorStatus.STOPPED


def test_the_sensor_fires_once_for_a_finished_file(
    small_graph: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEHOUSE_LANDING", str(tmp_path))
    (sensor,) = small_graph.get_repository_def().sensor_defs

    def look(cursor: str | None) -> tuple[int, str | None]:
        with dg.DagsterInstance.ephemeral() as instance:
            tick = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))
        return len(tick.run_requests or []), tick.cursor

    assert look(None)[0] == 0
    unfinished = write_dump(tmp_path, "a.jsonl.part", {"live-1": 1})
    assert look(None)[0] == 0
    unfinished.rename(unfinished.with_suffix(""))
    runs, cursor = look(None)
    assert runs == 1
    assert look(cursor)[0] == 0
    write_dump(tmp_path, "b.jsonl", {"live-1": 1})
    assert look(cursor)[0] == 1


# Nights ------------------------------------------------------------------------------------------


def test_a_night_publishes_and_the_next_one_finds_nothing(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 3, "live-3": 2}, bad=1)
    first = house.run()
    assert (first.outcome, first.exit_code) == ("published", 0), first.message
    assert house.published() == {"live-1": 3, "live-3": 2}
    (file,) = first.files
    assert (file.lines, file.accepted, file.rejected, file.state) == (6, 5, 1, "loaded")
    assert (first.live_sessions, first.lives_rebuilt, first.models) == (2, 2, 6)
    # live-3 is unusual, which warns and stops nothing.
    warned = {check.name for check in first.checks if check.state == "warned"}
    assert "live_is_one_of_the_usual" in warned
    assert first.count("failed") == 0

    again = house.run()
    assert (again.outcome, again.exit_code, again.files) == ("nothing_new", 0, ())
    assert len(list(house.home.releases.iterdir())) == 1

    house.dump("b.jsonl", {"live-2": 1})
    house.dump("copy_of_a.jsonl", {"live-1": 3})
    later = house.run()
    assert later.outcome == "published"
    assert house.published() == {"live-1": 3, "live-2": 1, "live-3": 2}
    assert sum(file.duplicates for file in later.files) == 3
    assert len(list(house.home.releases.iterdir())) == 2


def test_a_night_with_nothing_new_imports_neither_dagster_nor_dbt(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 1})
    assert house.run().outcome == "published"
    code = f"""
import sys
from datetime import datetime, UTC
from pathlib import Path
from livehouse.settings import Home, Settings
from orchestration.night import run_night
home = Home(Path({str(house.home.root)!r}))
night = run_night(home, home.default_landing, Settings(), datetime.now(UTC),
                  project=Path({str(house.project)!r}))
heavy = {{"dagster", "dbt", "great_expectations"}} & set(sys.modules)
assert (night.outcome, heavy) == ("nothing_new", set()), (night, heavy)
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT_ROOT)


def test_dagster_works_out_the_keys_of_all_outputs_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each output it would be the square of the models."""
    asked: list[str] = []
    keys = StepExecutionContext.get_output_asset_keys

    def heard(self: StepExecutionContext) -> Any:
        asked.append(self.step.key)
        return keys(self)

    monkeypatch.setattr(StepExecutionContext, "get_output_asset_keys", heard)
    house.dump("a.jsonl", {"live-1": 3})
    assert house.run().outcome == "published"
    # once while the step is prepared, once for all of its outputs
    assert asked.count("models") == 2


def test_a_failed_dbt_test_keeps_the_last_good_release(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 1})
    assert house.run().outcome == "published"
    house.dump("b.jsonl", {"live-9": 1})
    for _ in range(2):  # the data stays, and the next night judges it again
        night = house.run()
        assert (night.outcome, night.exit_code) == ("judged", 3)
        assert "accepted_values_fct_live_session" in night.message
        assert house.published() == {"live-1": 1}
    tests = FILES["models/facts/fct_live_session.yml"].replace("live-3]", "live-3, live-9]")
    house.change()
    (house.project / "models/facts/fct_live_session.yml").write_text(tests)
    assert house.run().outcome == "published"
    assert house.published() == {"live-1": 1, "live-9": 1}


def test_gate_2_keeps_the_last_good_release(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 1})
    assert house.run().outcome == "published"
    house.change(fct_live_session=SESSIONS.replace("count(*) filter", "-count(*) filter"))
    night = house.run()
    assert (night.outcome, night.exit_code) == ("judged", 3), night.message
    failed = [check for check in night.checks if check.state == "failed"]
    assert {check.net for check in failed} == {"candidate"}
    assert any("live-1" in str(check.examples) for check in failed)
    assert house.published() == {"live-1": 1}
    house.change()
    assert house.run().outcome == "published"


def test_a_broken_model_fails_the_night_and_says_which(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 1})
    house.change(fct_live_session="select no_such_column from {{ ref('stg_dump__events') }}")
    night = house.run()
    assert (night.outcome, night.exit_code) == ("failed", 1)
    assert "fct_live_session" in night.message
    assert not house.home.current.exists()
    house.change()
    assert house.run().outcome == "published"
    assert house.published() == {"live-1": 1}


def test_a_bad_file_is_held_back_and_can_be_accepted(house: House) -> None:
    house.dump("good.jsonl", {"live-1": 2})
    house.dump("bad.jsonl", {"live-2": 20}, bad=20)
    night = house.run()
    assert (night.outcome, night.exit_code) == ("published_with_held", 4), night.message
    assert house.published() == {"live-1": 2}
    held = [file for file in night.files if file.state == "held"]
    assert [file.path for file in held] == ["events/2026-03-01/bad.jsonl"]
    assert held[0].held_reason
    assert house.run().outcome == "nothing_new"
    accepted = house.run(accept=("events/2026-03-01/bad.jsonl",))
    assert (accepted.outcome, accepted.exit_code) == ("published", 0), accepted.message
    assert house.published() == {"live-1": 2, "live-2": 20}


def test_full_builds_everything_again(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 4})
    assert house.run().outcome == "published"
    with duckdb.connect(str(house.home.warehouse)) as connection:
        connection.execute("update facts.fct_live_session set impressions = 99")
        connection.execute("delete from meta.metrics")
        connection.execute("drop view staging.stg_dump__events")
    assert house.run().outcome == "nothing_new"
    assert house.run(full=True).outcome == "published"
    assert house.published() == {"live-1": 4}
    with duckdb.connect(str(house.home.current / "livehouse.duckdb"), read_only=True) as reader:
        assert reader.execute("select metric from meta.metrics").fetchall() == [("impressions",)]


def test_a_whole_build_drops_what_no_model_makes_any_more(house: House) -> None:
    """Left as it is, it would be published as if it were of today, or refused for ever."""
    house.dump("a.jsonl", {"live-1": 4})
    assert house.run().outcome == "published"
    with duckdb.connect(str(house.home.warehouse)) as connection:
        connection.execute("create table facts.fct_of_yesterday as select 1 as one")
        connection.execute('create view staging."stg of ""yesterday""" as select 1 as one')
        connection.execute("create schema changes")
        connection.execute("create table changes.int_of_yesterday as select 'anna' as viewer_id")
        connection.execute("create schema own")
        connection.execute("create table own.notes as select 1 as one")
    assert house.run(full=True).outcome == "published"
    with duckdb.connect(str(house.home.warehouse), read_only=True) as reader:
        left = reader.execute(
            "select table_name from information_schema.tables"
            " where table_name like '%yesterday%' or table_schema = 'own'"
        ).fetchall()
    assert left == [("notes",)]


def test_a_killed_night_blocks_nobody_and_can_be_run_again(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 3})
    house.change(fct_live_session=NEVER_ENDS)
    code = f"""
from datetime import datetime, UTC
from pathlib import Path
from livehouse.settings import Home, Settings
from orchestration.night import run_night
home = Home(Path({str(house.home.root)!r}))
run_night(home, home.default_landing, Settings(threads=1, memory_limit="1GB"), datetime.now(UTC),
          project=Path({str(house.project)!r}), say=lambda text: print(text, flush=True))
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        for line in other.stdout:
            if line.startswith("models: 1 of"):
                break
        try:
            with pytest.raises(LivehouseError, match=rf"running since .* \(pid {other.pid}\)"):
                house.run()
        finally:
            other.send_signal(signal.SIGKILL)
    house.change()
    assert house.run().outcome == "published"
    assert house.published() == {"live-1": 3}


def test_a_night_stopped_from_outside_says_so_and_can_be_run_again(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 3})
    house.change(fct_live_session=NEVER_ENDS.replace("range(10000000)", "range(300)"))
    code = f"""
from datetime import datetime, UTC
from pathlib import Path
from livehouse.settings import Home, Settings
from orchestration.night import run_night
home = Home(Path({str(house.home.root)!r}))
night = run_night(home, home.default_landing, Settings(threads=1), datetime.now(UTC),
                  project=Path({str(house.project)!r}), say=lambda text: print(text, flush=True))
print(night.exit_code, night.message)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        said = []
        for line in other.stdout:
            said.append(line)
            if line.startswith("models: 1 of"):
                other.send_signal(signal.SIGTERM)
    assert said[-1].startswith("1 The night was stopped from outside, in step models."), said
    assert not house.home.current.exists()
    house.change()
    assert house.run().outcome == "published"
    assert house.published() == {"live-1": 3}


def test_a_night_that_runs_out_of_room_fails_and_can_be_run_again(house: House) -> None:
    """The kernel lets no file grow past 800 kB (as root ignores permissions and quotas)."""
    house.dump("a.jsonl", {"live-1": 4000})
    code = f"""
import resource
from datetime import datetime, UTC
from pathlib import Path
from livehouse.settings import Home, Settings
from orchestration.night import run_night
resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000))
home = Home(Path({str(house.home.root)!r}))
night = run_night(home, home.default_landing, Settings(), datetime.now(UTC),
                  project=Path({str(house.project)!r}))
print(night.exit_code, night.message)
"""
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("1 A file may not grow further"), run.stdout
    assert not house.home.current.exists()
    assert house.run().outcome == "published"
    assert house.published() == {"live-1": 4000}


def test_without_any_file_there_is_nothing_to_do(house: House) -> None:
    house.landing.mkdir(parents=True)
    night = house.run()
    assert (night.outcome, night.exit_code) == ("nothing_new", 0)
    assert not house.home.current.exists()


def test_a_landing_folder_that_is_not_there_is_named(house: House) -> None:
    with pytest.raises(LivehouseError, match=str(house.landing)):
        house.run()


def test_runs_are_kept_where_the_dagster_ui_was_used(house: House) -> None:
    house.home.dagster.mkdir(parents=True)
    (house.home.dagster / "dagster.yaml").write_text(
        (PROJECT_ROOT / "orchestration" / "dagster.yaml").read_text()
    )
    house.dump("a.jsonl", {"live-1": 1})
    assert house.run().outcome == "published"
    with instance_of(house.home) as instance:
        (run,) = instance.get_runs()
        assert (run.job_name, run.status) == (JOB, dg.DagsterRunStatus.SUCCESS)
        record = instance.get_latest_materialization_event(
            dg.AssetKey(["facts", "fct_live_session"])
        )
        assert record is not None
        assert not instance.telemetry_enabled


def test_a_run_from_the_ui_finds_its_home_in_the_environment(
    small_graph: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEHOUSE_HOME", str(tmp_path / "home"))
    write_dump(tmp_path / "home" / "landing", "a.jsonl", {"live-1": 2})
    result = small_graph.resolve_job_def(JOB).execute_in_process(
        asset_selection=[dg.AssetKey("landing")]
    )
    (event,) = result.asset_materializations_for_node("landing")
    assert event.metadata["lines"].value == 2


@pytest.mark.parametrize(
    ("number", "is_tried_again"), [(errno.EIO, True), (errno.EBUSY, True), (errno.ENOSPC, False)]
)
def test_only_hiccups_are_tried_again(tmp_path: Path, number: int, is_tried_again: bool) -> None:
    home = Home(tmp_path)
    shift = Shift(Orders(home, home.default_landing, SETTINGS, NOON), Journal())
    expected: type[Exception] = OSError if is_tried_again else dg.Failure
    with pytest.raises(expected) as caught, step(shift, "landing"):
        raise OSError(number, os.strerror(number))
    assert getattr(caught.value, "allow_retries", True) is is_tried_again
    assert isinstance(shift.journal.error, OSError)


def test_a_night_with_nothing_new_is_quick(house: House) -> None:
    house.dump("a.jsonl", {"live-1": 1})
    assert house.run().outcome == "published"
    seconds = min(_seconds(house.run) for _ in range(3))
    assert seconds < 1


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
