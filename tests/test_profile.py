"""Where the time of a night went: taken, kept in the release, shown, and judged."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from small_project import shared_project, write_dump

from data_quality.pace import expected_seconds, pace_of
from livehouse.profile import Profile, Span
from livehouse.settings import Home, Settings
from livehouse.summary import as_text
from orchestration.night import run_night
from orchestration.table_sizes import table_sizes
from publishing.run_profile import NIGHTS_CARRIED

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROFILE = "from meta.run_profile"


def read(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.current / "livehouse.duckdb"), read_only=True) as reader:
        return reader.execute(query).fetchall()


def test_every_night_leaves_its_profile_and_carries_the_earlier_ones(tmp_path: Path) -> None:
    home, project = Home(tmp_path / "home"), shared_project()
    releases = []
    for number in range(2):
        write_dump(home.default_landing, f"{number}.jsonl", {"live-1": 3, f"live-{2 + number}": 2})
        now = NOON + timedelta(hours=number)
        night = run_night(home, home.default_landing, Settings(threads=2), now, project=project)
        assert night.outcome == "published", night.message
        releases.append(night.release_id)
    assert read(home, f"select distinct release_id {PROFILE} order by all") == [
        (release,) for release in releases
    ]
    pieces = read(
        home,
        f"select step, name, row_count {PROFILE} where release_id = '{releases[1]}'"
        " and step not in ('night', 'checks') order by all",
    )
    # A copy of live-1 came with the second dump and counts once.
    assert pieces == [
        ("candidate", "build", None),
        ("load", "inspect", None),
        ("load", "merge", None),
        ("load", "read", None),
        ("models", "dbt around them", None),
        ("models", "facts.fct_live_session", 3),
        ("models", "intermediate.int_live_inputs", 3),
        ("models", "intermediate.int_rebuilt_lives", 3),
        ("models", "meta.loads", 2),
        ("models", "meta.metrics", 1),
        ("models", "staging.stg_dump__events", None),
        ("start", "asset graph", None),
        ("start", "dbt project", None),
        ("start", "imports", None),
        ("start", "look for new files", None),
    ]
    checks = read(home, f"select distinct name {PROFILE} where step = 'checks' order by all")
    assert checks == [("dbt tests of facts",), ("gate 1",), ("gate 2",)]
    for release in releases:
        told = f"{PROFILE} where release_id = '{release}'"
        ((in_pieces, seconds, memory, spill),) = read(
            home,
            f"select sum(seconds) filter (where step <> 'night'),"
            f" sum(seconds) filter (where step = 'night' and name = 'seconds'),"
            f" sum(bytes) filter (where name = 'peak memory'),"
            f" sum(bytes) filter (where name = 'spill') {told}",
        )
        assert isinstance(in_pieces, float) and isinstance(seconds, float)
        assert seconds / 2 < in_pieces <= seconds
        assert isinstance(memory, int) and memory > 50_000_000
        assert spill == 0

    text = as_text(night, "a.log")
    assert "imports" in text and "peak memory" in text and "publish" in text
    assert read(
        home, "select is_passed from meta.checks where name = 'nights_fit_their_window'"
    ) == [(True,)]


def test_a_night_longer_than_its_window_is_published_with_a_warning(tmp_path: Path) -> None:
    home, project = Home(tmp_path / "home"), shared_project()
    write_dump(home.default_landing, "a.jsonl", {"live-1": 3})
    settings = Settings(threads=2, window_minutes=0)
    night = run_night(home, home.default_landing, settings, NOON, project=project)
    assert night.outcome == "published", night.message
    (pace,) = [check for check in night.checks if check.name == "nights_fit_their_window"]
    assert (pace.state, pace.expected) == ("warned", "at most 0 minutes, tonight and in 30 nights")


def test_only_the_last_nights_are_carried(tmp_path: Path) -> None:
    from publishing import run_profile

    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in run_profile.COLUMNS.items())
    with duckdb.connect() as connection:
        for catalog in ("previous", "candidate"):
            connection.execute(f"attach ':memory:' as {catalog}")
            connection.execute(f"create schema {catalog}.meta")
            connection.execute(f"create table {catalog}.meta.run_profile ({columns})")
        connection.execute(
            "insert into previous.meta.run_profile select format('20260101T{:06d}Z', range),"
            " 'night', 'seconds', range, null, null, null from range(100)"
        )
        run_profile.carry_on(connection)
        run_profile.record(connection, "20260102T000000Z", [Span("night", "seconds", 7.0)])
        run_profile.record(connection, "20260102T000000Z", [Span("night", "seconds", 8.0)])
        rows = connection.execute(
            "select release_id, seconds from candidate.meta.run_profile order by release_id"
        ).fetchall()
    assert len(rows) == NIGHTS_CARRIED == 30
    assert rows[0] == ("20260101T000071Z", 71.0)
    assert rows[-1] == ("20260102T000000Z", 8.0)


@pytest.mark.parametrize(
    ("minutes", "fits"),
    [
        ([100.0], True),
        ([241.0], False),
        ([100.0] * 10, True),
        # Five minutes more each night: 100, 105 ... 130, and 280 thirty nights later.
        ([100.0 + 5 * n for n in range(7)], False),
        # Too few nights for a trend.
        ([100.0 + 5 * n for n in range(6)], True),
        # Two minutes more each night: 172 at the end.
        ([100.0 + 2 * n for n in range(7)], True),
        # Shrinking nights, and one that built everything anew.
        ([200.0 - 5 * n for n in range(7)], True),
        ([10.0, 10.0, 10.0, 10.0, 230.0, 10.0, 10.0, 10.0], True),
    ],
)
def test_a_trend_that_will_miss_the_window_warns(minutes: list[float], fits: bool) -> None:
    check = pace_of([60 * night for night in minutes], 240)
    assert (check.passed, check.severity) == (fits, "warning")


def test_the_trend_is_not_bent_by_one_night() -> None:
    # By hand: every pair of the steady nights has the slope 2, and so has the median.
    assert expected_seconds([10.0, 12.0, 14.0, 900.0, 18.0, 20.0, 22.0], 30) == 82.0


def test_a_block_takes_turns() -> None:
    profile = Profile()
    with profile.turns("load", "inspect") as turn:
        time.sleep(0.02)
        turn("read")
        turn("read")
        time.sleep(0.04)
    inspect, read_, *night = profile.spans()
    assert (inspect.name, read_.name) == ("inspect", "read")
    assert 0.02 <= (inspect.seconds or 0) < (read_.seconds or 0)
    assert {span.step for span in night} == {"night"}


def test_work_takes_cpu_seconds_and_waiting_does_not() -> None:
    profile = Profile()
    with profile.span("models", "wait"):
        time.sleep(0.3)
    with profile.span("models", "work"):
        sum(number * number for number in range(3_000_000))
    wait, work, *_ = profile.spans()
    assert (wait.cpu_seconds or 0) < 0.1 < (wait.seconds or 0)
    assert 0.05 < (work.cpu_seconds or 0) <= (work.seconds or 0) + 0.05


def test_spilling_is_seen(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = tmp_path / "warehouse.duckdb.tmp"
    profile = Profile()
    with profile.watching(home):
        folder.mkdir()
        (folder / "part").write_bytes(b"x" * 12_345)
        time.sleep(0.6)
        (folder / "part").unlink()
        time.sleep(0.3)
    assert {span.name: span.bytes for span in profile.spans()}["spill"] == 12_345


def test_only_large_tables_that_were_made_are_measured_in_bytes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema facts")
        connection.execute("create table facts.small as select range as n from range(1000)")
        connection.execute("create table facts.large as select hash(range) as n from range(200000)")
        connection.execute("create table facts.old as from facts.large")
        connection.execute("create view facts.seen as from facts.large")
    sizes = table_sizes(home, {"facts.small", "facts.large", "facts.seen"})
    assert sizes["facts.small"] == (1000, None)
    rows, size = sizes["facts.large"]
    # Eight bytes a row that do not compress, in whole blocks.
    assert rows == 200_000 and size is not None and 1_600_000 <= size <= 2_400_000
    assert sizes["facts.old"] == (200_000, None)
    assert "facts.seen" not in sizes
