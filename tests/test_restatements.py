"""Which published numbers changed from one release to the next, and why; on files typed by hand."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from livehouse.cli import main
from livehouse.settings import Home
from publishing import restatements
from publishing.candidate import build_candidate
from publishing.differences import ColumnChange, compare_releases
from publishing.release import new_release_id, publish

NOW = datetime(2026, 2, 1, 2)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    change(
        home,
        """
        create schema facts; create schema marts; create schema meta; create schema raw;
        create table raw.events (file_id integer, live_id varchar);
        create table facts.fct_live_session (live_id varchar);
        create table marts.live_sessions (live_id varchar, views bigint, err double, gmv_7d bigint);
        create table marts.days (day varchar, market varchar, views bigint);
        create table meta.table_keys (table_name varchar, key_columns varchar);
        insert into meta.table_keys values
            ('marts.live_sessions', 'live_id'), ('marts.days', 'day, market');
        create table meta.metrics (
            metric varchar, kind varchar, numerator varchar, denominator varchar, scale double,
            lower_bound double, upper_bound double, above_one varchar, null_rule varchar,
            feed varchar, status varchar, is_additive boolean, description varchar,
            version varchar);
        insert into meta.metrics values
            ('views', 'measure', 'count(*)', '', 1, 0, null, 'none', 'N0', '', 'computed', true,
                'Views.', '1'),
            ('err', 'ratio', 'a', 'b', 1, 0, null, 'none', 'ND', '', 'computed', false, 'x', '1'),
            ('gmv_7d', 'measure', 'x', '', 1, 0, null, 'none', 'N0 NC', '', 'computed', true, 'x',
                '1');
        create table meta.loads (file_id integer, path varchar, family varchar, state varchar,
            accepted bigint, erased bigint, max_event_ts timestamp);
        insert into meta.loads values (1, 'events/1.jsonl', 'events', 'loaded', 9, 0, null);
        insert into marts.live_sessions values
            ('a', 10, 0.5, null), ('b', 20, 0.25, 7), ('c', 30, 0.1, 5);
        insert into marts.days values ('d1', null, 10), ('d1', 'GB', 20), ('d2', 'GB', 30);
        """,
    )
    release(home, 0)
    return home


def change(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute(sql)


def release(home: Home, day: int) -> str:
    now = NOW + timedelta(days=day)
    release_id = new_release_id(home, now)
    build_candidate(home, release_id, now)
    return publish(home, release_id, [], 40, now).release_id


def restated(home: Home) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.current / "livehouse.duckdb"), read_only=True) as db:
        return db.execute(
            "select live_id, metric, value_before, value_after, reason, files"
            " from meta.restatements order by release_id, live_id, metric"
        ).fetchall()


def restated_rows(home: Home) -> list[int | None]:
    with duckdb.connect(str(home.current / "livehouse.duckdb"), read_only=True) as db:
        rows = db.execute("select restated_rows from meta.releases order by published_at")
        return [row[0] for row in rows.fetchall()]


LATE_FILE = """
    insert into meta.loads values (2, 'events/2.jsonl', 'events', 'loaded', 3, 0, null);
    insert into raw.events values (2, 'a'), (2, 'a'), (1, 'b');
"""
REFERENCE = """
    insert into meta.loads values (3, 'reference/r.csv', 'reference', 'loaded', 3, 0, null);
"""


def test_the_first_release_restates_nothing_and_says_that_it_cannot_know(home: Home) -> None:
    assert restated(home) == []
    assert restated_rows(home) == [None]


def test_a_night_that_changes_no_number_has_none(home: Home) -> None:
    change(home, "update marts.live_sessions set err = err * (1 + 1e-12)")
    change(home, "insert into marts.live_sessions values ('new', 1, 0.5, 1)")
    release(home, 1)
    assert restated(home) == []
    assert restated_rows(home) == [None, 0]


def test_a_number_changes_because_of_the_file_that_touches_its_live(home: Home) -> None:
    change(home, LATE_FILE)
    change(home, "update marts.live_sessions set views = 12, err = 0.6 where live_id = 'a'")
    change(home, "update marts.live_sessions set err = null where live_id = 'b'")
    release(home, 1)
    assert restated(home) == [
        ("a", "err", 0.5, 0.6, "late events", "events/2.jsonl"),
        ("a", "views", 10.0, 12.0, "late events", "events/2.jsonl"),
        ("b", "err", 0.25, None, "events of other LIVEs", "events/2.jsonl"),
    ]
    assert restated_rows(home) == [None, 2]


@pytest.mark.parametrize(
    ("news", "row"),
    [
        (
            "update marts.live_sessions set gmv_7d = 3 where live_id = 'a'",
            ("a", "gmv_7d", None, 3.0, "window passed", None),
        ),
        (
            "update meta.metrics set version = '2' where metric = 'views';"
            "update marts.live_sessions set views = 11 where live_id = 'a'",
            ("a", "views", 10.0, 11.0, "definition changed", None),
        ),
        (
            REFERENCE + "update marts.live_sessions set views = 11 where live_id = 'a'",
            ("a", "views", 10.0, 11.0, "reference data", "reference/r.csv"),
        ),
        (
            "update marts.live_sessions set views = 11 where live_id = 'a'",
            ("a", "views", 10.0, 11.0, "unknown", None),
        ),
        (
            "update meta.loads set state = 'withdrawn';"
            "delete from marts.live_sessions where live_id = 'a'",
            ("a", "", None, None, "file withdrawn or replaced", "events/1.jsonl"),
        ),
        (
            "update meta.loads set erased = 1;"
            "update marts.live_sessions set views = 9 where live_id = 'a'",
            ("a", "views", 10.0, 9.0, "lines erased", "events/1.jsonl"),
        ),
        (
            LATE_FILE + REFERENCE + "update marts.live_sessions set views = 9 where live_id = 'b'",
            ("b", "views", 20.0, 9.0, "events of other LIVEs or reference data", None),
        ),
        (
            LATE_FILE + REFERENCE + "update marts.live_sessions set views = 9 where live_id = 'a'",
            ("a", "views", 10.0, 9.0, "late events or reference data", "events/2.jsonl"),
        ),
    ],
)
def test_the_reason_is_what_can_be_told(home: Home, news: str, row: tuple[object, ...]) -> None:
    change(home, news)
    release(home, 1)
    assert restated(home) == [row]


def test_restatements_are_carried_along_for_thirty_releases(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four of them here, which shows the same."""
    assert restatements.RELEASES_CARRIED == 30
    monkeypatch.setattr(restatements, "RELEASES_CARRIED", 4)
    for day in range(1, 7):
        change(home, f"update marts.live_sessions set views = {100 + day} where live_id = 'a'")
        release(home, day)
    values = [after for _, _, _, after, _, _ in restated(home)]
    assert values == [103.0, 104.0, 105.0, 106.0]


def test_diff_compares_by_key_and_by_whole_rows(home: Home) -> None:
    before = "20260201T020000Z"
    change(
        home,
        """
        delete from marts.days where day = 'd2';
        insert into marts.days values ('d3', 'GB', 1), ('d3', 'US', 2);
        update marts.days set views = 25 where day = 'd1' and market = 'GB';
        alter table marts.live_sessions add column likes bigint;
        alter table marts.live_sessions drop column gmv_7d;
        update marts.live_sessions set err = 0.75 where live_id = 'a';
        create table marts.gifters (viewer_id varchar);
        """,
    )
    after = release(home, 1)
    found = compare_releases(home, None, None)
    assert (found.before, found.after) == (before, after)
    assert (found.tables_added, found.tables_removed) == (("marts.gifters",), ())
    tables = {table.table: table for table in found.tables}
    days, lives = tables["marts.days"], tables["marts.live_sessions"]
    assert (days.rows_before, days.rows_after) == (3, 4)
    assert (days.rows_added, days.rows_removed, days.rows_changed) == (2, 1, 1)
    assert days.columns_changed == (ColumnChange("views", 1, 60.0, 38.0, 5.0),)
    assert lives.columns_added == ("likes BIGINT",)
    assert lives.columns_removed == ("gmv_7d BIGINT",)
    # a ratio does not add up
    assert lives.columns_changed == (ColumnChange("err", 1, None, None, 0.25),)
    assert not tables["meta.loads"].is_changed
    back = compare_releases(home, after, before)
    assert (back.tables_added, back.tables_removed) == ((), ("marts.gifters",))


def test_the_command_tells_it_to_people_and_machines(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    change(home, "update marts.days set views = 25 where day = 'd1' and market = 'GB'")
    release(home, 1)
    assert main(["diff", "--home", str(home.root)]) == 0
    told = capsys.readouterr().out
    assert "20260201T020000Z -> 20260202T020000Z" in told
    assert ["marts.days", "3", "3", "0", "0", "1"] in [line.split() for line in told.splitlines()]
    assert main(["diff", "20260201T020000Z", "--json", "--home", str(home.root)]) == 0
    tables = json.loads(capsys.readouterr().out)["tables"]
    (days,) = [table for table in tables if table["table"] == "marts.days"]
    assert days["rows_changed"] == 1
    assert main(["diff", "20200101T000000Z", "--home", str(home.root)]) == 2
    assert "There is no release 20200101T000000Z" in capsys.readouterr().err
