"""Both gates, on real DuckDB files typed by hand: each rule broken once, and all well once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from data_quality.candidate import Rebuilt, judge_candidate
from data_quality.check import Check, failed, is_publishable, summary
from data_quality.deliveries import held_back, judge_deliveries
from livehouse.errors import LivehouseError
from livehouse.settings import Home, Settings

NOW = datetime(2026, 2, 1, 2, 0, 0)

# metric, kind, numerator, denominator, scale, lower, upper, above_one, null_rule, feed
METRICS = [
    ("views", "measure", "count(*)", "", 1, 0, None, "none", "N0", "room"),
    ("impressions", "measure", "count(*)", "", 1, 0, None, "none", "N0", "impressions"),
    ("gmv", "measure", "sum(amount)", "", 1, 0, None, "none", "N0 NX", "orders"),
    ("net_follows", "measure", "count(*)", "", 1, None, None, "none", "N0", "room"),
    ("mood", "measure", "avg(mood)", "", 1, -1, 5, "none", "NX", ""),
    ("err", "ratio", "views", "impressions", 1, 0, 1, "warn", "ND", ""),
    ("show_gpm", "ratio", "gmv", "impressions", 1000, 0, None, "none", "ND", ""),
    ("bounce_rate_10s", "ratio", "views_10s", "views", 1, 0, 1, "no", "ND", ""),
    ("like_rate", "ratio", "likes", "views", 1, 0, None, "yes", "ND NX", ""),
    ("share_of_all", "ratio", "views", "sum(views) over ()", 1, 0, 1, "no", "ND", ""),
    ("not_yet", "measure", "", "", 1, 0, None, "none", "N0", "satellite"),
]


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    """Three good LIVEs: one usual, one without an impression feed, one with nobody."""
    file = tmp_path / "livehouse.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute("""
            create schema facts; create schema marts; create schema meta;
            create table facts.fct_live_session (
                live_id varchar, creator_id varchar, views bigint, impressions bigint,
                gmv decimal(18, 2), net_follows bigint,
                has_room boolean, has_impressions boolean, has_orders boolean);
            insert into facts.fct_live_session values
                ('a', 'c1', 20, 100, 5.00, -3, true, true, true),
                ('b', 'c1', 40, null, null, 0, true, false, false),
                ('c', 'c2', 0, 0, 0, 0, true, true, true);
            create table facts.fct_live_minute (
                live_id varchar, minute_ts timestamp, viewer_id varchar, views bigint,
                impressions bigint);
            insert into facts.fct_live_minute values
                ('a', '2026-01-31 10:00:00', 'v1', 20, 100),
                ('b', '2026-01-31 11:00:00', 'v2', 40, null);
            create table marts.live_sessions (
                live_id varchar, title varchar, views bigint, impressions bigint,
                gmv decimal(18, 2), views_10s bigint, likes bigint,
                err double, show_gpm double, bounce_rate_10s double, like_rate double,
                share_of_all double, mood double, other double);
            insert into marts.live_sessions values
                ('a', 'A', 20, 100, 5.00, 20, 700, 0.2, 50, 1.0, 35, 0.3333333333333333, 5, -7),
                ('b', 'B', 40, null, null, 10, 40, null, null, 0.25, null, 0.66666666666666667,
                    -1, null),
                ('c', 'C', 0, 0, 0, 0, 0, null, null, null, null, 0, null, 0);
            create table marts.empty (live_id varchar, err double, views bigint,
                impressions bigint);
            create table meta.restatements (
                release_id varchar, live_id varchar, metric varchar, value_before double);
            insert into meta.restatements values
                ('r1', 'a', 'views', 1), ('r1', 'a', 'err', 1), ('r2', 'a', 'views', 1),
                ('r2', 'gone', '', null);
            create table meta.days (event_date date, views bigint, impressions bigint, err double);
            insert into meta.days values ('2026-01-31', 20, 100, 0.2);
            create table meta.metrics (
                metric varchar, kind varchar, numerator varchar, denominator varchar,
                scale double, lower_bound double, upper_bound double, above_one varchar,
                null_rule varchar, feed varchar, status varchar, is_additive boolean,
                description varchar);
        """)
        db.executemany(
            "insert into meta.metrics values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "if(? = 'not_yet', 'waits for a satellite', 'computed'), true, 'What it is.')",
            [(*row, row[0]) for row in METRICS],
        )
        for table, column in db.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where not internal"
        ).fetchall():
            db.execute(f"comment on table {table} is 'T'")
            db.execute(f"comment on column {table}.{column} is 'C'")
    return file


MARTS, FACTS = "marts.live_sessions", "facts.fct_live_session"


def judge(candidate: Path, *changes: str) -> tuple[Check, ...]:
    with duckdb.connect(str(candidate)) as db:
        for change in changes:
            db.execute(change)
    return judge_candidate(candidate)


def broken(checks: tuple[Check, ...]) -> list[tuple[str, str, str, str]]:
    """Severity, check, table and metric of what failed."""
    return [(c.severity, c.name, c.table, c.metric) for c in checks if not c.passed]


def test_a_good_candidate_passes_every_check(candidate: Path) -> None:
    checks = judge(candidate)
    assert broken(checks) == []
    assert is_publishable(checks)
    assert {c.gate for c in checks} == {"candidate"}
    assert {c.name for c in checks} == {
        "there_is_a_live",
        "live_id_is_unique",
        "key_is_unique",
        "every_feed_has_a_flag",
        "every_table_and_column_has_a_comment",
        "value_is_finite",
        "value_is_at_most_one",
        "value_is_not_below_its_bound",
        "value_is_not_above_its_bound",
        "ratio_equals_numerator_over_denominator",
        "ratio_is_null_without_a_denominator",
        "measure_is_null_exactly_without_its_feed",
    }


def test_a_metric_is_judged_wherever_a_column_has_its_name(candidate: Path) -> None:
    checks = judge(candidate)
    assert [c.table for c in checks if (c.name, c.metric) == ("value_is_at_most_one", "err")] == [
        "marts.empty",
        "marts.live_sessions",
        "meta.days",
    ]
    # views is in four tables, and a LIVE's flag is found from each
    fed = ("measure_is_null_exactly_without_its_feed", "views")
    assert [c.table for c in checks if (c.name, c.metric) == fed] == [
        "facts.fct_live_minute",
        "facts.fct_live_session",
        "marts.empty",
        "marts.live_sessions",
    ]


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        pytest.param("", "", id="as it should be"),
        pytest.param("set bounce_rate_10s_low = 0.3 where live_id = 'b'", "b", id="low above"),
        pytest.param("set bounce_rate_10s_high = 0.2 where live_id = 'b'", "b", id="high below"),
        pytest.param("set bounce_rate_10s_low = -0.1 where live_id = 'b'", "b", id="below 0"),
        pytest.param("set bounce_rate_10s_high = 1.1 where live_id = 'a'", "a", id="above 1"),
        pytest.param("set bounce_rate_10s_low = null where live_id = 'a'", "a", id="no low"),
        pytest.param("set bounce_rate_10s_high = 0.5 where live_id = 'c'", "c", id="no ratio"),
    ],
)
def test_an_interval_holds_its_ratio(candidate: Path, change: str, failing: str) -> None:
    """Intervals are judged where they are: LIVE a bounced 20 of 20, b 10 of 40, c has no views."""
    checks = judge(
        candidate,
        f"alter table {MARTS} add column bounce_rate_10s_low double",
        f"alter table {MARTS} add column bounce_rate_10s_high double",
        f"comment on column {MARTS}.bounce_rate_10s_low is 'C'",
        f"comment on column {MARTS}.bounce_rate_10s_high is 'C'",
        f"update {MARTS} set bounce_rate_10s_low = 0.8389, bounce_rate_10s_high = 1"
        " where live_id = 'a'",
        f"update {MARTS} set bounce_rate_10s_low = 0.1419, bounce_rate_10s_high = 0.4019"
        " where live_id = 'b'",
        *([f"update {MARTS} {change}"] if change else []),
    )
    found = [c for c in checks if c.name == "interval_holds_its_ratio"]
    assert [(c.table, c.metric, c.severity) for c in found] == [(MARTS, "bounce_rate_10s", "error")]
    assert [row["live_id"] for row in found[0].examples] == ([failing] if failing else [])
    assert [c for c in checks if not c.passed] == (found if failing else [])


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ("update marts.live_sessions set err = 0.3 where live_id = 'a'", "marts.live_sessions"),
        ("update facts.fct_live_minute set views = null where live_id = 'a'",
         "facts.fct_live_minute"),
        ("update marts.live_sessions set err = 0.3 where live_id = 'b'", None),
        ("update facts.fct_live_minute set views = null where live_id = 'b'", None),
        # that table was not taken over
        ("update facts.fct_live_session set impressions = -1 where live_id = 'c'",
         "facts.fct_live_session"),
        # a new row is compared with the old ones, too
        ("insert into marts.live_sessions from marts.live_sessions where live_id = 'b'",
         "marts.live_sessions"),
    ],
)  # fmt: skip
def test_of_a_table_taken_over_the_rebuilt_rows_are_judged(
    candidate: Path, tmp_path: Path, change: str, failing: str | None
) -> None:
    """LIVE a was rebuilt."""
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as db:
        db.execute("create table rebuilt as select 'a' as live_id")
    with duckdb.connect(str(candidate)) as db:
        db.execute(change)
    row = "t.live_id in (select live_id from warehouse.rebuilt)"
    tables = ("marts.live_sessions", "facts.fct_live_minute")
    checks = judge_candidate(candidate, Rebuilt(warehouse, dict.fromkeys(tables, row)))
    assert {check.table for check in checks if not check.passed} == ({failing} - {None})
    of_rows = {c.table for c in checks if c.observed.endswith("among those rebuilt")}
    assert of_rows == set(tables)
    shown = [row["live_id"] for c in checks for row in c.examples if "err" in row]
    assert set(shown) <= {"a"}
    duckdb.connect(str(warehouse)).close()  # nothing holds it any more


def test_judging_leaves_the_file_as_it_was(candidate: Path) -> None:
    before = candidate.read_bytes()
    program = "import duckdb, sys; db = duckdb.connect(sys.argv[1], read_only=True); "
    program += "print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(candidate)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        judge_candidate(candidate)  # a reader's lock would refuse a writer
        reader.stdin.close()
    assert candidate.read_bytes() == before
    assert [path.name for path in candidate.parent.iterdir()] == ["livehouse.duckdb"]
    duckdb.connect(str(candidate)).close()  # nothing holds it any more


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            f"update {MARTS} set bounce_rate_10s = 1.2, views_10s = 24 where live_id = 'a'",
            ("error", "value_is_at_most_one", MARTS, "bounce_rate_10s"),
            id="a share above one",
        ),
        pytest.param(
            f"update {MARTS} set err = 1.2, views = 120, views_10s = 120, share_of_all = 0.5, "
            "like_rate = 700/120 where live_id = 'a'",
            ("warning", "value_is_at_most_one", MARTS, "err"),
            id="above one where that is only unusual",
        ),
        pytest.param(
            f"update {MARTS} set other = 'inf' where live_id = 'a'",
            ("error", "value_is_finite", MARTS, "other"),
            id="infinity in a column that is no metric",
        ),
        pytest.param(
            f"update {MARTS} set other = 'nan' where live_id = 'b'",
            ("error", "value_is_finite", MARTS, "other"),
            id="not a number",
        ),
        pytest.param(
            f"update {MARTS} set show_gpm = 50.0000002 where live_id = 'a'",
            ("error", "ratio_equals_numerator_over_denominator", MARTS, "show_gpm"),
            id="a ratio off by more than 1e-9",
        ),
        pytest.param(
            f"update {MARTS} set err = null where live_id = 'a'",
            ("error", "ratio_is_null_without_a_denominator", MARTS, "err"),
            id="NULL although there is a denominator",
        ),
        pytest.param(
            f"update {MARTS} set err = 0 where live_id = 'c'",
            ("error", "ratio_is_null_without_a_denominator", MARTS, "err"),
            id="a value over a denominator of 0",
        ),
        pytest.param(
            f"update {MARTS} set show_gpm = 1 where live_id = 'b'",
            ("error", "ratio_is_null_without_a_denominator", MARTS, "show_gpm"),
            id="a value over a missing denominator",
        ),
        pytest.param(
            f"update {MARTS} set like_rate = 1 where live_id = 'c'",
            ("error", "ratio_is_null_without_a_denominator", MARTS, "like_rate"),
            id="a value without a denominator, under two null rules",
        ),
        pytest.param(
            f"update {FACTS} set net_follows = null where live_id = 'c'",
            ("error", "measure_is_null_exactly_without_its_feed", FACTS, "net_follows"),
            id="NULL although the feed is there",
        ),
        pytest.param(
            f"update {FACTS} set impressions = 0 where live_id = 'b'",
            ("error", "measure_is_null_exactly_without_its_feed", FACTS, "impressions"),
            id="0 although the feed is missing",
        ),
        pytest.param(
            "update facts.fct_live_minute set impressions = 0 where live_id = 'b'",
            ("error", "measure_is_null_exactly_without_its_feed", "facts.fct_live_minute",
             "impressions"),
            id="0 in another table although the LIVE lacks the feed",
        ),
        pytest.param(
            "update facts.fct_live_minute set live_id = 'nobody', impressions = null "
            "where live_id = 'a'",
            ("error", "measure_is_null_exactly_without_its_feed", "facts.fct_live_minute",
             "views"),
            id="a value of a LIVE that is not there",
        ),
        pytest.param(
            f"update {FACTS} set gmv = 0 where live_id = 'b'",
            ("error", "measure_is_null_exactly_without_its_feed", FACTS, "gmv"),
            id="a value without the feed, under two null rules",
        ),
        pytest.param(
            f"update {FACTS} set views = -1 where live_id = 'a'",
            ("error", "value_is_not_below_its_bound", FACTS, "views"),
            id="a negative count",
        ),
        pytest.param(
            f"update {MARTS} set mood = 5.1 where live_id = 'a'",
            ("error", "value_is_not_above_its_bound", MARTS, "mood"),
            id="above a hard bound",
        ),
        pytest.param(
            f"update {MARTS} set live_id = 'a' where live_id = 'c'",
            ("error", "live_id_is_unique", MARTS, ""),
            id="a LIVE twice",
        ),
        pytest.param(
            "insert into meta.restatements values ('r2', 'a', 'views', 2)",
            ("error", "key_is_unique", "meta.restatements", ""),
            id="a restatement twice",
        ),
        pytest.param(
            "update meta.restatements set value_before = 'inf' where metric = 'err'",
            ("error", "value_is_finite", "meta.restatements", "value_before"),
            id="infinity in a table about the data",
        ),
        pytest.param(
            "update meta.days set err = 1.2, views = 120",
            ("warning", "value_is_at_most_one", "meta.days", "err"),
            id="a ratio above one in a table about the data",
        ),
        pytest.param(
            f"comment on column {MARTS}.other is null",
            ("error", "every_table_and_column_has_a_comment", "", ""),
            id="a column without a comment",
        ),
        pytest.param(
            "update meta.metrics set feed = 'radio' where metric = 'net_follows'",
            ("error", "every_feed_has_a_flag", "meta.metrics", ""),
            id="a feed without a flag",
        ),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found_and_nothing_else(
    candidate: Path, change: str, expected: tuple[str, str, str, str]
) -> None:
    checks = judge(candidate, change)
    assert broken(checks) == [expected]
    (found,) = failed(checks, "error") or failed(checks, "warning")
    assert len(found.examples) == 1
    assert found.observed == "1 failing row"
    assert is_publishable(checks) == (expected[0] == "warning")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(f"update {MARTS} set like_rate = null", id="hidden by its other null rule"),
        pytest.param(f"update {FACTS} set gmv = null", id="a measure with another null rule"),
        pytest.param(
            f"update {MARTS} set bounce_rate_10s = 1.0000000005 where live_id = 'a'",
            id="one within the tolerance",
        ),
        pytest.param(
            f"update {MARTS} set show_gpm = 50.00000001 where live_id = 'a'",
            id="a ratio within 1e-9",
        ),
        pytest.param(
            "update facts.fct_live_session set net_follows = -1000", id="no bound, no check"
        ),
        pytest.param(
            "delete from facts.fct_live_minute", id="an empty table that is not the LIVEs"
        ),
    ],
)
def test_what_is_allowed_passes(candidate: Path, change: str) -> None:
    assert broken(judge(candidate, change)) == []


def test_no_live_at_all_is_an_error_although_nothing_is_out_of_range(candidate: Path) -> None:
    tables = (FACTS, MARTS, "facts.fct_live_minute")
    checks = judge(candidate, *(f"delete from {table}" for table in tables))
    assert broken(checks) == [("error", "there_is_a_live", FACTS, "")]


def test_a_failed_check_shows_five_rows_with_keys_and_parts_and_no_viewer(candidate: Path) -> None:
    checks = judge(
        candidate,
        "insert into facts.fct_live_minute select 'a', timestamp '2026-01-31 12:00:00' "
        "+ to_minutes(range::int), 'v' || range, -1 - range, 7 from range(12)",
    )
    (found,) = failed(checks, "error")
    assert (found.table, found.metric) == ("facts.fct_live_minute", "views")
    assert found.observed == "12 failing rows"
    assert len(found.examples) == 5
    assert found.examples[0] == {
        "live_id": "a",
        "minute_ts": datetime(2026, 1, 31, 12, 0),
        "views": -1,
    }
    wrong = judge(candidate, f"update {MARTS} set err = 0.3 where live_id = 'a'")
    assert [c.examples for c in wrong if c.metric == "err" and not c.passed] == [
        ({"live_id": "a", "err": 0.3, "views": 20, "impressions": 100, "expected_value": 0.2},)
    ]


def test_many_broken_metrics_are_all_found(candidate: Path) -> None:
    """Great Expectations fetches 200 unexpected rows at most: a check has to see more."""
    many = [f"m{number}" for number in range(450)]
    with duckdb.connect(str(candidate)) as db:
        db.execute(
            "create table marts.wide as select 'a' as live_id, "
            + ", ".join(f"-1::bigint as {name}" for name in many)
        )
        db.executemany(
            "insert into meta.metrics values "
            "(?, 'measure', '', '', 1, 0, null, 'none', '', '', 'computed', true, '')",
            [(name,) for name in many],
        )
    checks = judge_candidate(candidate)
    assert sorted(c.metric for c in checks if not c.passed and c.metric) == sorted(many)


def test_texts_with_braces_and_colons_in_a_definition_are_only_text(candidate: Path) -> None:
    checks = judge(
        candidate,
        f"alter table {MARTS} add column odd double",
        f"comment on column {MARTS}.odd is 'C'",
        f"update {MARTS} set odd = 0.2 where live_id = 'a'",
        "insert into meta.metrics values ('odd', 'ratio', "
        "'case when title in (''{x}'', '':y'', ''100%'', ''A'') then views end', 'impressions', "
        "1, 0, null, 'yes', 'ND', '', 'computed', false, '')",
    )
    assert broken(checks) == []
    assert "ratio_equals_numerator_over_denominator" in {
        c.name for c in checks if c.metric == "odd"
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("update meta.metrics set numerator = 'views +' where metric = 'err'", "metric err"),
        ("update meta.metrics set numerator = 'no_function(views)' where metric = 'err'",
         "could not be evaluated"),
        ("alter table meta.metrics drop column null_rule", "lacks null_rule"),
        ("drop table facts.fct_live_session", "no table facts.fct_live_session"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_evaluated_is_an_error_and_not_a_pass(
    candidate: Path, change: str, says: str
) -> None:
    with pytest.raises(LivehouseError, match=says):
        judge(candidate, change)
    duckdb.connect(str(candidate)).close()


def test_the_summary_names_check_table_metric_and_rows(candidate: Path) -> None:
    text = summary(
        judge(
            candidate,
            f"update {MARTS} set bounce_rate_10s = 1.2, views_10s = 24 where live_id = 'a'",
        )
    )
    assert text.splitlines()[:3] == [
        "FAILED: value_is_at_most_one (marts.live_sessions.bounce_rate_10s)",
        "  expected <= 1; 1 failing row",
        "  live_id=a, bounce_rate_10s=1.2",
    ]
    assert text.splitlines()[-1].endswith("0 warn, 1 failed")


# Gate 1


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A staged delivery of nothing yet, after five usual nights of 1000 lines each."""
    home = Home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute("""
            create schema batch; create schema raw;
            create table batch.files (
                file_id integer, path varchar, family varchar, sha256 varchar, bytes bigint,
                lines bigint, accepted bigint, rejected bigint, blank bigint,
                is_truncated boolean, error varchar, reject_share double,
                is_accepted_by_hand boolean);
            create table batch.events (file_id integer, event_ts timestamp);
            insert into batch.events values (1, '2026-01-31 23:00:00');
            create table raw.files (
                file_id integer, family varchar, accepted bigint, duplicates bigint,
                state varchar, max_event_ts timestamp, loaded_at timestamp);
            insert into raw.files
            select range, 'events', 900, 100, 'loaded',
                timestamp '2026-01-27 00:00:00' + to_days(range::int),
                timestamp '2026-01-27 02:00:00' + to_days(range::int)
            from range(5);
            insert into raw.files
            select 7, 'events', 999999, 0, 'held', null, loaded_at from raw.files union all
            select 8, 'reference', 999999, 0, 'loaded', null, loaded_at from raw.files;
        """)
    return home


def deliver(
    home: Home,
    file_id: int = 1,
    *,
    lines: int = 1000,
    rejected: int = 0,
    is_truncated: bool = False,
    error: str | None = None,
    by_hand: bool = False,
    family: str = "events",
) -> None:
    path = f"events/day={file_id}/it's.jsonl"
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute(
            "insert into batch.files values (?, ?, ?, 'sha', 1, ?, ?, ?, 0, ?, ?, ?, ?)",
            [file_id, path, family, lines, lines - rejected, rejected, is_truncated, error,
             rejected / lines if lines else 0, by_hand],
        )  # fmt: skip


def change_home(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute(sql)


def test_a_usual_delivery_passes(home: Home) -> None:
    deliver(home)
    checks = judge_deliveries(home, Settings(), NOW)
    assert broken(checks) == []
    assert [c.name for c in checks] == [
        "few_lines_are_rejected",
        "file_is_complete",
        "volume_is_usual",
        "events_are_fresh",
    ]
    assert {c.gate for c in checks} == {"delivery"}
    assert held_back(checks) == {}
    assert [path.name for path in home.root.iterdir()] == ["warehouse.duckdb"]


def test_freshness_is_judged_on_a_night_without_files_too(home: Home) -> None:
    stale = [
        check.name
        for check in judge_deliveries(home, Settings(), NOW + timedelta(days=9))
        if not check.passed
    ]
    assert stale == ["events_are_fresh"]


@pytest.mark.parametrize(
    ("lines", "rejected", "is_held"),
    [
        (1000, 10, False),  # exactly 1 %
        (999, 10, True),
        (1001, 11, True),
        (20, 9, False),  # nine rejects are never many
        (20, 10, True),
        (10, 10, True),
        (2900, 29, False),  # exactly 1 %, where the nearest double is not
        (0, 0, False),
    ],
)
def test_many_rejects_hold_a_file_back(
    home: Home, lines: int, rejected: int, is_held: bool
) -> None:
    deliver(home, lines=lines, rejected=rejected)
    assert set(held_back(judge_deliveries(home, Settings(), NOW))) == ({1} if is_held else set())


def test_the_thresholds_are_the_settings(home: Home) -> None:
    deliver(home, lines=1000, rejected=3)
    settings = Settings(hold_back_min_rejects=3, hold_back_reject_share=0.0029)
    assert set(held_back(judge_deliveries(home, settings, NOW))) == {1}
    looser = replace(settings, hold_back_reject_share=0.003)
    assert held_back(judge_deliveries(home, looser, NOW)) == {}


def test_a_held_file_is_one_check_with_numbers_and_remedy(home: Home) -> None:
    deliver(home, 1, lines=999, rejected=10)
    deliver(home, 2)
    deliver(home, 3, lines=50, is_truncated=True)
    deliver(home, 4, lines=0, error="no such codec: lzma")
    deliver(home, 5, lines=999, rejected=10, by_hand=True)
    deliver(home, 6, is_truncated=True, error="cut", by_hand=True)
    checks = judge_deliveries(home, Settings(), NOW)
    assert [(c.name, c.file_ids) for c in failed(checks, "error")] == [
        ("few_lines_are_rejected", (1,)),
        ("file_is_complete", (3,)),
        ("file_is_complete", (4,)),
    ]
    reasons = held_back(checks)
    assert reasons[1] == (
        "events/day=1/it's.jsonl is held back: 10 of 999 lines were rejected (1.00%). "
        "See livehouse rejects --file events/day=1/it's.jsonl; then replace the file by a "
        "complete one, or load it as it is: livehouse run --accept events/day=1/it's.jsonl."
    )
    assert "cannot be read to its end after 50 lines: the file ends in the middle" in reasons[3]
    assert "no such codec: lzma" in reasons[4]
    assert is_publishable(checks)
    assert "FAILED: few_lines_are_rejected (batch.files)" in summary(checks)


def test_a_file_with_two_faults_has_both_reasons(home: Home) -> None:
    deliver(home, lines=100, rejected=100, is_truncated=True)
    (reason,) = held_back(judge_deliveries(home, Settings(), NOW)).values()
    assert "100 of 100 lines were rejected" in reason
    assert "cannot be read to its end" in reason


def test_every_bad_file_of_a_big_delivery_is_held(home: Home) -> None:
    change_home(
        home,
        "insert into batch.files select range, 'f' || range, 'events', '', 1, 100, 0, 100, 0, "
        "false, null, 1.0, false from range(450)",
    )
    assert len(held_back(judge_deliveries(home, Settings(), NOW))) == 450


@pytest.mark.parametrize(
    ("lines", "warns"),
    [(4000, False), (4001, True), (250, False), (249, True), (1000, False)],
)
def test_an_unusual_volume_warns_and_holds_nothing_back(
    home: Home, lines: int, warns: bool
) -> None:
    deliver(home, lines=lines)
    checks = judge_deliveries(home, Settings(), NOW)
    assert [c.name for c in failed(checks, "warning")] == (["volume_is_usual"] if warns else [])
    assert held_back(checks) == {}
    if warns:
        (found,) = failed(checks, "warning")
        assert found.observed == (
            f"{lines} lines passed today, the median of 5 earlier landing days is 1000"
        )


def test_volume_needs_five_earlier_landing_days(home: Home) -> None:
    change_home(home, "delete from raw.files where file_id = 0")
    deliver(home, lines=100000)
    assert broken(judge_deliveries(home, Settings(), NOW)) == []


def test_a_second_small_delivery_of_a_day_is_counted_with_the_first(home: Home) -> None:
    change_home(
        home,
        "insert into raw.files values "
        "(9, 'events', 900, 100, 'loaded', '2026-02-01 01:00:00', '2026-02-01 01:30:00')",
    )
    deliver(home, lines=5)
    assert broken(judge_deliveries(home, Settings(), NOW)) == []


def test_old_events_warn(home: Home) -> None:
    deliver(home)
    newest = datetime(2026, 1, 31, 23, 0, 0)
    at_the_limit = judge_deliveries(home, Settings(), newest + timedelta(hours=48))
    beyond = judge_deliveries(home, Settings(), newest + timedelta(hours=48, seconds=1))
    assert "events_are_fresh" not in {c.name for c in at_the_limit if not c.passed}
    (found,) = (c for c in beyond if c.name == "events_are_fresh")
    assert (found.severity, found.passed) == ("warning", False)
    assert found.observed == "the newest event is of 2026-01-31 23:00:00 UTC"


def test_a_first_delivery_without_any_event_warns(home: Home) -> None:
    change_home(home, "drop table raw.files; delete from batch.events")
    deliver(home, family="reference")
    checks = judge_deliveries(home, Settings(), NOW)
    assert [c.observed for c in failed(checks, "warning")] == ["no event has come yet"]
