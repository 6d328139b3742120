"""Publishing, on real DuckDB files: what a reader sees before, while and after a release."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from data_quality.check import Check
from livehouse.errors import JudgedError, LivehouseError, UsageError
from livehouse.settings import PROJECT_ROOT, Home
from livehouse.sql_text import literal
from publishing.candidate import build_candidate, missing_comments, record_checks
from publishing.release import (
    current_release,
    list_releases,
    new_release_id,
    publish,
    rollback,
)

NOW = datetime(2026, 2, 1, 2, 0, 0)
HOSTILE = 'it\'s a "comment"; drop table facts.fct_live_session; -- {x} :y \\ ünï'
OLDEST_CLIENT = PROJECT_ROOT / ".venv-oldest-client" / "bin" / "python"

# metric, kind, numerator, denominator, scale, is_additive
METRICS = [
    ("views", "measure", "count(*)", "", 1.0, True),
    ("impressions", "measure", "count(*)", "", 1.0, True),
    ("viewers", "measure", "count(distinct viewer_id)", "", 1.0, False),
    ("comments", "measure", "count(*)", "", 1.0, True),
    ("shares", "measure", "count(*)", "", 1.0, True),
    ("gmv", "measure", "sum(amount)", "", 1.0, True),
    ("err", "ratio", "views", "impressions", 1.0, False),
    ("show_gpm", "ratio", "gmv", "impressions", 1000.0, False),
    ("engagement_rate_events", "ratio", "comments + shares", "views", 1.0, False),
    ("comment_weight", "ratio", "comments * 2", "coalesce(views, 0) / 60", 1.0, False),
    ("views_per_viewer", "ratio", "views", "viewers", 1.0, False),
    ("square", "ratio", "views * views", "impressions", 1.0, False),
    ("one_more", "ratio", "views + 1", "impressions", 1.0, False),
    ("biggest", "ratio", "greatest(views, comments)", "impressions", 1.0, False),
    ("unknown", "ratio", "views", "nobody_knows", 1.0, False),
]
LIVES = [  # live_id, views, impressions, viewers, comments, shares, gmv
    ("a", 10, 100, 8, 1, 1, "5.00"),
    ("b", 30, 60, 20, 5, 1, "0.00"),
    ("c", 0, 40, 0, 0, 0, "15.00"),
]
RATIOS = [("a", 0.1), ("b", 0.5), ("c", 0.0)]
MACROS = ["comment_weight", "engagement_rate_events", "err", "show_gpm"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose warehouse holds three LIVEs, typed by hand."""
    home = Home(tmp_path / "home 'of' Zoë")
    home.root.mkdir()
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute("""
            create schema facts; create schema marts; create schema meta; create schema raw;
            create table raw.events (event_id hugeint);
            create table facts.fct_live_session (
                live_id varchar, views bigint, impressions bigint, viewers bigint,
                comments bigint, shares bigint, gmv decimal(18, 2));
            create view marts.live_sessions as
                select live_id, views, views / nullif(impressions, 0) as err
                from facts.fct_live_session;
            create table meta.metrics (
                metric varchar, kind varchar, numerator varchar, denominator varchar,
                scale double, lower_bound double, upper_bound double, above_one varchar,
                null_rule varchar, feed varchar, status varchar, is_additive boolean,
                description varchar);
            create table meta.loads (state varchar, max_event_ts timestamp);
            insert into meta.loads values
                ('loaded', '2026-01-31 22:00:00'), ('held', '2026-03-01 00:00:00');
        """)
        db.executemany("insert into facts.fct_live_session values (?, ?, ?, ?, ?, ?, ?)", LIVES)
        db.executemany(
            "insert into meta.metrics values "
            "(?, ?, ?, ?, ?, 0, null, 'none', 'ND', '', 'computed', ?, 'What it is.')",
            METRICS,
        )
        comment_everything(db)
    return home


def comment_everything(db: duckdb.DuckDBPyConnection) -> None:
    hostile = "'" + HOSTILE.replace("'", "''") + "'"
    for schema, table, kind in db.execute("""
        select schema_name, table_name, 'table' from duckdb_tables() union all
        select schema_name, view_name, 'view' from duckdb_views() where not internal
    """).fetchall():
        db.execute(f"comment on {kind} {schema}.{table} is {hostile}")
    for schema, table, column in db.execute(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal"
    ).fetchall():
        db.execute(f"comment on column {schema}.{table}.{column} is {hostile}")


def change(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute(sql)


def release(home: Home, now: datetime = NOW, *checks: Check, keep: int = 7) -> str:
    """One night's publishing, as orchestration does it; the new release's id."""
    release_id = new_release_id(home, now)
    build_candidate(home, release_id, now)
    return publish(home, release_id, checks, keep, now).release_id


def read(file: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as db:
        return db.execute(sql).fetchall()


def published(home: Home) -> Path:
    return home.current / "livehouse.duckdb"


def check(**changed: object) -> Check:
    values: dict[str, object] = {
        "name": "there_is_a_live", "gate": "candidate", "table": "facts.fct_live_session",
        "metric": "", "severity": "error", "passed": True, "expected": "at least one LIVE",
        "observed": "3", "examples": ({"live_id": "a'b", "at": NOW},),
    }  # fmt: skip
    return Check(**{**values, **changed})  # type: ignore[arg-type]


def test_a_release_holds_facts_marts_and_meta_and_nothing_private(home: Home) -> None:
    release(home)
    assert read(
        published(home),
        "select schema_name, table_name from duckdb_tables() order by all",
    ) == [
        ("facts", "fct_live_session"),
        ("meta", "checks"),
        ("meta", "loads"),
        ("meta", "metrics"),
        ("meta", "releases"),
        ("meta", "restatements"),
        ("meta", "run_profile"),
    ]
    assert read(published(home), "select live_id, err from marts.live_sessions") == RATIOS


def test_a_view_stays_one_and_shows_the_release_wherever_it_is_opened(home: Home) -> None:
    release(home)
    elsewhere = home.root.parent / "of another name.duckdb"
    shutil.copyfile(published(home), elsewhere)
    change(home, "update facts.fct_live_session set views = 0")
    with duckdb.connect() as db:
        db.execute(f"attach {literal(str(elsewhere))} as a_name (read_only)")
        views = "select schema_name, view_name from duckdb_views() where not internal"
        assert db.execute(views).fetchall() == [("marts", "live_sessions")]
        ratios = db.execute("select live_id, err from a_name.marts.live_sessions").fetchall()
        assert ratios == RATIOS


def test_a_view_of_what_is_not_published_is_refused(home: Home) -> None:
    change(home, "create view marts.unpublished as select event_id::varchar as id from raw.events")
    with pytest.raises(LivehouseError, match=r"marts\.unpublished shows what is not published"):
        build_candidate(home, "20260201T020000Z", NOW)


def test_a_release_leaves_no_log_no_candidate_and_one_read_only_file(home: Home) -> None:
    release_id = release(home)
    assert not home.candidate.exists()
    folder = home.releases / release_id
    assert [path.name for path in folder.iterdir()] == ["livehouse.duckdb"]
    assert stat.S_IMODE((folder / "livehouse.duckdb").stat().st_mode) == 0o444
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert stat.S_IMODE(home.published.stat().st_mode) == 0o755
    assert home.current.readlink() == Path("releases") / release_id
    assert sorted(path.name for path in home.published.iterdir()) == ["current", "releases"]


def test_comments_are_carried_whatever_they_hold(home: Home) -> None:
    release(home)
    assert missing_comments(published(home)) == []
    assert read(
        published(home),
        "select comment from duckdb_columns() "
        "where table_name = 'live_sessions' and column_name = 'err'",
    ) == [(HOSTILE,)]
    assert read(
        published(home), "select comment from duckdb_views() where view_name = 'live_sessions'"
    ) == [(HOSTILE,)]


def test_missing_comments_are_named(home: Home) -> None:
    change(
        home,
        "comment on column facts.fct_live_session.gmv is null; "
        "comment on view marts.live_sessions is '  '",
    )
    candidate = build_candidate(home, "20260201T020000Z", NOW).path
    assert missing_comments(candidate) == ["facts.fct_live_session.gmv", "marts.live_sessions"]


@pytest.mark.parametrize(
    ("sql_type", "named"),
    [
        ("hugeint", "HUGEINT"),
        ("float", "FLOAT"),
        ("timestamptz", "TIMESTAMP WITH TIME ZONE"),
        ("varchar[]", "VARCHAR[]"),
        ("decimal(18, 3)", "DECIMAL(18,3)"),
        ("interval", "INTERVAL"),
    ],
)
def test_a_type_that_bi_tools_lose_is_refused(home: Home, sql_type: str, named: str) -> None:
    change(home, f"alter table facts.fct_live_session add column odd {sql_type}")
    with pytest.raises(LivehouseError) as raised:
        build_candidate(home, "20260201T020000Z", NOW)
    assert f"facts.fct_live_session.odd {named}" in str(raised.value)
    assert "Cast the column in its model" in raised.value.remedy


def test_macros_exist_for_what_can_be_summed_only(home: Home) -> None:
    release(home)
    assert [
        name
        for (name,) in read(
            published(home),
            "select function_name from duckdb_functions() where not internal order by all",
        )
    ] == MACROS


def test_macros_give_ratios_of_sums_opened_or_attached_under_any_name(home: Home) -> None:
    release(home)
    calls = (
        "{0}err(views, impressions), {0}show_gpm(gmv, impressions), "
        "{0}engagement_rate_events(comments, shares, views), {0}comment_weight(comments, views)"
    )
    # 40 / 200; 1000 * 20.00 / 200; 8 / 40; 6 * 2 / (40 / 60)
    by_hand = [(0.2, 100.0, 0.2, 18.0)]
    opened = read(published(home), f"select {calls.format('')} from facts.fct_live_session")
    with duckdb.connect() as db:
        path = str(published(home)).replace("'", "''")
        db.execute(f"attach '{path}' as elsewhere (read_only)")
        attached = db.execute(
            f"select {calls.format('elsewhere.')} from elsewhere.facts.fct_live_session"
        ).fetchall()
        db.execute("use elsewhere")
        used = db.execute(f"select {calls.format('')} from facts.fct_live_session").fetchall()
    assert opened == by_hand
    assert attached == by_hand
    assert used == by_hand


def test_a_macro_over_nothing_is_null(home: Home) -> None:
    release(home)
    assert read(
        published(home),
        "select err(views, impressions), show_gpm(gmv, 0 * impressions) "
        "from facts.fct_live_session where live_id = 'nobody'",
    ) == [(None, None)]


def test_the_rows_keep_the_order_of_the_warehouse(home: Home) -> None:
    change(
        home,
        "create or replace table facts.fct_view as "
        "select (300000 - range)::bigint as n from range(300000)",
    )
    candidate = build_candidate(home, "20260201T020000Z", NOW).path
    assert read(candidate, "select count(*) from facts.fct_view where n <> 300000 - rowid") == [
        (0,)
    ]


def test_a_reader_of_the_old_release_goes_on_and_the_next_connect_sees_the_new(home: Home) -> None:
    release(home)
    views = "select sum(views) from facts.fct_live_session"
    old_reader = duckdb.connect(str(published(home)), read_only=True)
    assert old_reader.execute(views).fetchall() == [(40,)]
    change(home, "update facts.fct_live_session set views = views + 1")
    release(home, NOW + timedelta(days=1))
    assert old_reader.execute(views).fetchall() == [(40,)]
    assert read(published(home), views) == [(43,)]
    old_reader.close()


def test_a_reader_in_another_process_holds_no_build_up(home: Home) -> None:
    release(home)
    program = """
import duckdb, sys
db = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.readline()
print(db.execute("select sum(views) from facts.fct_live_session").fetchall())
"""
    reader = subprocess.Popen(
        [sys.executable, "-c", program, str(published(home))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    change(home, "update facts.fct_live_session set views = 0")
    release(home, NOW + timedelta(days=1), keep=1)
    out, _ = reader.communicate("go on\n", timeout=60)
    assert out == "[(40,)]\n"


def _fails(home: Home, how: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    release_id, now = "20260202T020000Z", NOW + timedelta(days=1)
    candidate = build_candidate(home, release_id, now).path
    checks: tuple[Check, ...] = ()
    if how == "a failed check":
        checks = (check(passed=False),)
    elif how == "an unreadable file":
        candidate.write_bytes(b"DUCK" * 5000)
    elif how == "no candidate":
        candidate.unlink()
    elif how == "a log beside it":
        monkeypatch.setattr("publishing.release.record_checks", lambda *_: None)
        candidate.with_name("livehouse.duckdb.wal").write_bytes(b"")
    elif how == "a full disk at the last step":

        def fails(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", fails)
    return lambda: publish(home, release_id, checks, 1, now)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("a failed check", JudgedError),
        ("an unreadable file", (LivehouseError, duckdb.Error)),
        ("no candidate", LivehouseError),
        ("a log beside it", LivehouseError),
        ("a full disk at the last step", OSError),
    ],
)
def test_a_failed_publish_leaves_the_old_release(
    home: Home, how: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release(home)
    change(home, "update facts.fct_live_session set views = 0")
    attempt = _fails(home, how, monkeypatch)
    with pytest.raises(error):
        attempt()
    monkeypatch.undo()
    current = current_release(home)
    assert current is not None
    assert current.release_id == before
    assert read(published(home), "select sum(views) from facts.fct_live_session") == [(40,)]
    assert release(home, NOW + timedelta(days=2)) == "20260203T020000Z"
    assert read(published(home), "select sum(views) from facts.fct_live_session") == [(0,)]
    assert not home.candidate.exists()


def test_what_an_interrupted_build_left_is_removed(home: Home) -> None:
    left = home.candidate / "20260101T000000Z"
    left.mkdir(parents=True)
    (left / "livehouse.duckdb").write_bytes(b"half")
    (left / "livehouse.duckdb.wal").write_bytes(b"half")
    build_candidate(home, "20260201T020000Z", NOW)
    assert [path.name for path in home.candidate.iterdir()] == ["20260201T020000Z"]
    assert stat.S_IMODE(home.candidate.stat().st_mode) == 0o700


def test_delivery_checks_that_failed_stop_no_release(home: Home) -> None:
    release_id = release(home, NOW, check(gate="delivery", passed=False), check())
    current = current_release(home)
    assert current is not None
    assert current.release_id == release_id


def test_checks_are_published_with_the_release(home: Home) -> None:
    release(home, NOW, check(), check(name="views_are_high", severity="warning", passed=False))
    rows = read(
        published(home),
        "select name, gate, table_name, metric, severity, is_passed, expected, observed, "
        "examples, checked_at from meta.checks order by name",
    )
    assert rows[0] == (
        "there_is_a_live", "candidate", "facts.fct_live_session", "", "error", True,
        "at least one LIVE", "3", '[{"live_id": "a\'b", "at": "2026-02-01 02:00:00"}]', NOW,
    )  # fmt: skip
    assert rows[1][5] is False
    assert json.loads(str(rows[1][8]))[0]["live_id"] == "a'b"


def test_checks_recorded_twice_stand_there_once(home: Home) -> None:
    candidate = build_candidate(home, "20260201T020000Z", NOW).path
    record_checks(candidate, [check(), check(name="other")], NOW)
    record_checks(candidate, [check()], NOW)
    assert read(candidate, "select count(*) from meta.checks") == [(1,)]
    assert [path.name for path in candidate.parent.iterdir()] == ["livehouse.duckdb"]


def test_a_published_file_is_never_written_to(home: Home) -> None:
    release(home)
    with pytest.raises(LivehouseError, match="a published file is never written to"):
        record_checks(published(home), [check()], NOW)


def test_the_history_of_releases_grows_by_one_each_night(home: Home) -> None:
    for day in range(3):
        release(home, NOW + timedelta(days=day), keep=2)
    history = "select release_id, published_at, as_of_ts, live_sessions from meta.releases"
    as_of = datetime(2026, 1, 31, 22)
    assert read(published(home), history) == [
        ("20260201T020000Z", datetime(2026, 2, 1, 2), as_of, 3),
        ("20260202T020000Z", datetime(2026, 2, 2, 2), as_of, 3),
        ("20260203T020000Z", datetime(2026, 2, 3, 2), as_of, 3),
    ]


def test_two_releases_in_one_second_have_two_names(home: Home) -> None:
    assert [release(home) for _ in range(3)] == [
        "20260201T020000Z",
        "20260201T020000Z-02",
        "20260201T020000Z-03",
    ]
    current = current_release(home)
    assert current is not None
    assert current.release_id == "20260201T020000Z-03"


def test_the_newest_releases_are_kept(home: Home) -> None:
    for day in range(4):
        release(home, NOW + timedelta(days=day), keep=2)
    assert [(r.release_id, r.is_current) for r in list_releases(home)] == [
        ("20260204T020000Z", True),
        ("20260203T020000Z", False),
    ]


def test_the_current_release_is_kept_however_old_its_name(home: Home) -> None:
    release(home, NOW)
    release(home, NOW + timedelta(days=1))
    release(home, NOW - timedelta(days=30), keep=1)  # the clock was set back
    assert [r.release_id for r in list_releases(home) if r.is_current] == ["20260102T020000Z"]
    assert read(published(home), "select count(*) from facts.fct_live_session") == [(3,)]


def test_rollback_goes_to_the_one_before_or_the_one_named(home: Home) -> None:
    for day in range(3):
        change(home, f"update facts.fct_live_session set views = {day}")
        release(home, NOW + timedelta(days=day))
    views = "select max(views) from facts.fct_live_session"
    assert rollback(home, None).release_id == "20260202T020000Z"
    assert read(published(home), views) == [(1,)]
    assert rollback(home, None).release_id == "20260201T020000Z"
    with pytest.raises(UsageError, match="no release before"):
        rollback(home, None)
    assert rollback(home, "20260203T020000Z").is_current
    assert read(published(home), views) == [(2,)]
    assert len(list_releases(home)) == 3


@pytest.mark.parametrize("name", ["20250101T000000Z", "../../raw", "", "current"])
def test_rollback_to_what_is_not_there_is_refused(home: Home, name: str) -> None:
    release(home)
    with pytest.raises(UsageError, match="20260201T020000Z"):
        rollback(home, name)


@pytest.mark.parametrize("name", ["../../x", "", "20260201", "20260201T020000Z/.."])
def test_a_candidate_has_a_proper_name(home: Home, name: str) -> None:
    with pytest.raises(UsageError, match="is no release"):
        build_candidate(home, name, NOW)


def test_without_a_warehouse_or_tables_there_is_nothing_to_publish(tmp_path: Path) -> None:
    empty = Home(tmp_path)
    with pytest.raises(LivehouseError, match="no warehouse"):
        build_candidate(empty, "20260201T020000Z", NOW)
    duckdb.connect(str(empty.warehouse)).close()
    with pytest.raises(LivehouseError, match="no table in facts, marts, meta"):
        build_candidate(empty, "20260201T020000Z", NOW)
    assert list_releases(empty) == ()
    assert current_release(empty) is None


def test_a_copied_home_whose_link_became_a_folder_is_explained(home: Home) -> None:
    release(home)
    home.current.unlink()
    home.current.mkdir()
    with pytest.raises(LivehouseError, match="folder that is no link"):
        release(home, NOW + timedelta(days=1))


def test_a_release_has_the_storage_version_of_the_oldest_client(home: Home) -> None:
    release(home, NOW, check())
    assert read(
        published(home), "select tags['storage_version'] from duckdb_databases() where not internal"
    ) == [("v1.0.0+",)]


def test_blocks_are_small(home: Home) -> None:
    """DuckDB's own have 262,144 bytes: a release of few LIVEs would be twice as large."""
    release(home, NOW, check())
    assert read(published(home), "select block_size from pragma_database_size()") == [(65_536,)]


@pytest.mark.skipif(
    not OLDEST_CLIENT.exists(),
    reason="no .venv-oldest-client: make test builds it from requirements-oldest-client.lock",
)
def test_the_oldest_client_reads_a_release(home: Home) -> None:
    release(home, NOW, check())
    program = """
import duckdb, sys
assert duckdb.__version__ == "1.1.0", duckdb.__version__
db = duckdb.connect(sys.argv[1], read_only=True)
print(db.execute("select err(views, impressions) from facts.fct_live_session").fetchall())
print(db.execute("select live_id, err from marts.live_sessions").fetchall())
print(db.execute("select name from meta.checks").fetchall())
print(db.execute("select count(*) from duckdb_columns() where comment is null "
                 "and schema_name in ('facts', 'marts', 'meta')").fetchall())
"""
    done = subprocess.run(
        [str(OLDEST_CLIENT), "-c", program, str(published(home))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[(0.2,)]", str(RATIOS), "[('there_is_a_live',)]", "[(0,)]"]
