"""Landing to raw, against the oracle and by hand: every line has one outcome, nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import nasty_dumps
import oracle
import pytest
from test_oracle import LINE_CASES
from test_oracle import NOW as LINE_NOW

from ingestion.batch import insert_rows
from ingestion.contract import EVENT_TYPES
from ingestion.judge import Accepted, judge
from ingestion.load import Delivery, has_news, merge, stage
from ingestion.warehouse import create_raw
from livehouse.errors import LivehouseError, UsageError
from livehouse.settings import Home, Settings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SETTINGS = Settings(threads=2)


def night(home: Home, landing: Path, now: datetime = NOW, **held: str) -> Delivery:
    """Read and merge what is new, holding back what the contract says."""
    delivery = stage(home, SETTINGS, landing, now)
    held_files = {
        file.file_id: "held in a test"
        for file in delivery.files
        if file.is_truncated or (file.rejected >= 10 and file.reject_share > 0.01)
    }
    merge(home, SETTINGS, held_files, now)
    return delivery


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def write_events(path: Path, events: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(event) + "\n" for event in events))


def comment(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "event_id": f"e{number}",
        "event_type": "comment",
        "event_ts": "2026-05-01T10:00:00Z",
        "live_id": "L",
        "creator_id": "C",
        "viewer_id": "v",
        "payload": {"length": 3},
        **changes,
    }


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.mark.parametrize("longest", [1, 2**20, 40 * 2**20])
def test_rows_that_python_made_may_be_of_any_length(tmp_path: Path, longest: int) -> None:
    """DuckDB refuses rows that are longer than it was told."""
    rows = [{"line": "x"}, {"line": "\x01" * (longest // 6)}, {"line": "é" * (longest // 2)}]
    rows.append({"line": "y" * longest})
    with duckdb.connect() as connection:
        connection.execute("create table lines (line varchar)")
        insert_rows(connection, "lines", {"line": "VARCHAR"}, rows, tmp_path)
        insert_rows(connection, "lines", {"line": "VARCHAR"}, [], tmp_path)
        found = connection.execute("select line from lines").fetchall()
    assert sorted(found) == sorted((row["line"],) for row in rows)


@pytest.mark.parametrize("seed", [1, 7])
def test_every_line_of_a_hostile_landing_ends_as_the_oracle_says(
    tmp_path: Path, home: Home, seed: int
) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    nasty_dumps.write_nasty(landing, seed)
    night(home, landing)
    expected = oracle.read_landing(landing, NOW)
    loads = {
        path.removeprefix("events/"): counts
        for path, *counts in rows(
            home,
            "select path, lines, accepted, duplicates, rejected, blank, state = 'held'"
            " from raw.files where family = 'events'",
        )
    }
    wanted = {
        report.path: [
            report.lines,
            report.accepted,
            report.duplicates,
            report.rejected,
            report.blank,
            report.is_held_back,
        ]
        for report in expected.files
        if report.same_as is None
    }
    assert loads == wanted
    reasons = rows(
        home,
        "select path, line_no, reason from raw.rejects join raw.files using (file_id)",
    )
    assert sorted(reasons) == sorted(
        (f"events/{reject.path}", reject.line, reject.reason) for reject in expected.rejects
    )
    events = {event_id for (event_id,) in rows(home, "select event_id from raw.events")}
    assert events == {event.event_id for event in expected.accepted}


def test_the_judge_agrees_with_hand_typed_lines() -> None:
    differing = []
    for raw, outcome in LINE_CASES:
        if outcome == "blank":
            continue
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            assert outcome == "malformed_json"
            continue
        if len(raw) > 1024 * 1024:
            continue
        verdict = judge(text, LINE_NOW)
        got = "accepted" if isinstance(verdict, Accepted) else verdict.reason
        if got != outcome:
            differing.append((raw[:100], outcome, got))
    assert differing == []


def test_the_same_bytes_are_never_loaded_twice(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    write_events(landing / "events/a.jsonl", [comment(1), comment(2)])
    night(home, landing)
    assert not has_news(home, SETTINGS, landing)
    shutil.copy(landing / "events/a.jsonl", landing / "events/b.jsonl")
    assert not has_news(home, SETTINGS, landing)
    assert night(home, landing).files == ()
    os.utime(landing / "events/a.jsonl")
    assert not has_news(home, SETTINGS, landing)
    assert rows(home, "select count(*) from raw.events") == [(2,)]


def test_the_earliest_received_copy_counts_whatever_came_first(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    late = comment(1, received_ts="2026-05-01T10:00:09Z", payload={"length": 9})
    early = comment(1, received_ts="2026-05-01T10:00:01Z", payload={"length": 1})
    absent = comment(1, payload={"length": 5})
    write_events(landing / "events/1.jsonl", [absent])
    night(home, landing)
    write_events(landing / "events/2.jsonl", [late])
    night(home, landing)
    write_events(landing / "events/3.jsonl", [early])
    night(home, landing)
    assert rows(home, "select length from raw.events") == [(1,)]
    assert rows(home, "select path, accepted, duplicates from raw.files order by path") == [
        ("events/1.jsonl", 0, 1),
        ("events/2.jsonl", 0, 1),
        ("events/3.jsonl", 1, 0),
    ]
    assert rows(home, "select length from raw.events_duplicates order by length") == [(5,), (9,)]


def test_a_held_file_is_settled_by_a_complete_one(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    packed = gzip.compress(b"".join(json.dumps(comment(n)).encode() + b"\n" for n in range(2000)))
    file = landing / "events/day.jsonl.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(packed[: len(packed) // 2])
    (delivery,) = night(home, landing).files
    assert delivery.is_truncated
    assert "in the middle of the compressed stream" in (delivery.error or "")
    assert rows(home, "select count(*) from raw.events") == [(0,)]
    file.write_bytes(packed)
    night(home, landing)
    assert rows(home, "select count(*) from raw.events") == [(2000,)]
    assert rows(home, "select state from raw.files order by file_id") == [
        ("replaced",),
        ("loaded",),
    ]


def test_a_held_file_can_be_accepted_by_hand(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    bad = [comment(n, event_ts="yesterday") for n in range(100, 110)]
    write_events(landing / "events/bad.jsonl", [comment(n) for n in range(20)] + bad)
    night(home, landing)
    assert rows(home, "select state, rejected from raw.files") == [("held", 10)]
    accept = frozenset({"events/bad.jsonl"})
    delivery = stage(home, SETTINGS, landing, NOW, accept=accept)
    assert delivery.files[0].is_accepted_by_hand
    merge(home, SETTINGS, {}, NOW)
    assert rows(home, "select state, accepted, rejected from raw.files") == [("loaded", 20, 10)]
    assert rows(home, "select count(*), min(reason) from raw.rejects") == [(10, "bad_event_ts")]
    with pytest.raises(UsageError, match=r"nowhere\.jsonl"):
        stage(home, SETTINGS, landing, NOW, accept=frozenset({"nowhere.jsonl"}))


def test_an_interrupted_night_is_read_again(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    write_events(landing / "events/a.jsonl", [comment(1)])
    stage(home, SETTINGS, landing, NOW)
    stage(home, SETTINGS, landing, NOW)
    merge(home, SETTINGS, {}, NOW)
    assert rows(home, "select count(*) from raw.events") == [(1,)]


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    write_events(landing / "events/good.jsonl", [comment(1)])
    (landing / "events/torn.parquet").write_bytes(b"PAR1 this is no parquet")
    (landing / "events/torn.jsonl.gz").write_bytes(b"this is no gzip")
    (landing / "events/torn.jsonl.zst").write_bytes(b"this is no zstd")
    delivery = night(home, landing)
    errors = {file.path: file.error for file in delivery.files if file.error}
    assert set(errors) == {
        "events/torn.parquet",
        "events/torn.jsonl.gz",
        "events/torn.jsonl.zst",
    }
    assert "no Parquet file" in (errors["events/torn.parquet"] or "")
    assert rows(home, "select count(*) from raw.events") == [(1,)]


def test_a_line_of_five_megabytes_is_kept_whole(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    write_events(
        landing / "events/a.jsonl",
        [comment(1), comment(2, payload={"text": "x" * 5_000_000}), comment(3)],
    )
    night(home, landing)
    assert rows(home, "select line_no, reason, length(raw_text) > 5000000 from raw.rejects") == [
        (2, "malformed_json", True)
    ]
    assert rows(home, "select count(*) from raw.events") == [(2,)]


def test_ids_that_lost_their_digits_are_rejected_and_hex_ids_are_not(
    tmp_path: Path, home: Home
) -> None:
    landing = tmp_path / "landing"
    lines = [
        comment(1),
        comment(2, live_id=7.516550777377246e18),
        comment(3, live_id="7.516550777377246e+18"),
        comment(4, viewer_id=7516550777377246123),
        comment(5, viewer_id="12345e67"),
        comment(6, viewer_id="anna.b"),
        comment(7, viewer_id=True),
    ]
    write_events(landing / "events/a.jsonl", lines)
    night(home, landing)
    assert rows(home, "select line_no, reason from raw.rejects order by line_no") == [
        (2, "bad_live_id"),
        (3, "bad_live_id"),
        (7, "bad_viewer_id"),
    ]
    assert rows(home, "select viewer_id from raw.events order by event_id") == [
        ("v",),
        ("7516550777377246123",),
        ("12345e67",),
        ("anna.b",),
    ]


def test_a_parquet_file_with_structs_and_one_without_a_column(tmp_path: Path, home: Home) -> None:
    events = tmp_path / "landing/events"
    events.mkdir(parents=True)
    duckdb.execute(
        f"""
        copy (
            select 'p' || i as event_id, 'like' as event_type,
                timestamptz '2026-05-01 12:00:00+02' as event_ts, 7516550777377246123 as live_id,
                'C' as creator_id, 'v' as viewer_id, {{'count': i, 'odd': 'x'}} as payload
            from range(3) as t(i)
        ) to '{events}/structs.parquet' (format parquet)
        """
    )
    duckdb.execute(
        f"copy (select 'q1' as event_id, 'like' as event_type) to '{events}/poor.parquet'"
        " (format parquet)"
    )
    delivery = night(Home(home.root), tmp_path / "landing")
    errors = {file.path: file.error for file in delivery.files}
    assert errors["events/poor.parquet"] == "it has no column event_ts"
    assert rows(home, "select event_id, event_ts, live_id, count from raw.events order by 1") == [
        ("p1", datetime(2026, 5, 1, 10), "7516550777377246123", 1),
        ("p2", datetime(2026, 5, 1, 10), "7516550777377246123", 2),
    ]
    assert rows(
        home,
        "select path, line_no, reason from raw.rejects join raw.files using (file_id)"
        " order by path",
    ) == [
        ("events/poor.parquet", 1, "missing_event_ts"),
        ("events/structs.parquet", 1, "bad_count"),
    ]


def test_a_typed_parquet_file_is_judged_row_by_row(tmp_path: Path, home: Home) -> None:
    events = tmp_path / "landing/events"
    events.mkdir(parents=True)
    good = "'like', timestamp '2026-05-01 10:00:00', timestamp '2026-05-01 10:00:01', 'L', 'v'"
    duckdb.execute(
        f"""
        copy (
            select *, 'C' as creator_id
            from (values
                ('a', {good}, '{{"count":2}}'),
                ('b', {good}, null),
                ('c', {good}, '{{"count":-1}}'),
                ('d', {good}, '{{"count":"3"}}'),
                ('e', {good}, '[1]'),
                ('f', {good}, '{{"count":4,"new":1}}'),
                (repeat('g', 65), {good}, null),
                ('1.5', {good}, null),
                ('', {good}, null),
                ('h', 'like', timestamp '2015-12-31 23:59:59', null, 'L', 'v', null),
                ('i', 'like', timestamp '2026-05-01', timestamp 'infinity', 'L', 'v', null),
                ('j', 'like', timestamp '2026-05-01 10:00:00', null, 'L', '', null),
                ('k', 'like', timestamp '2026-05-01 10:00:00', null, 'L', 'anna.b', '{{}}')
            ) as t (event_id, event_type, event_ts, received_ts, live_id, viewer_id, payload)
        ) to '{events}/typed.parquet' (format parquet)
        """
    )
    night(home, tmp_path / "landing")
    assert rows(
        home, "select event_id, viewer_id, received_ts, count from raw.events order by event_id"
    ) == [
        ("a", "v", datetime(2026, 5, 1, 10, 0, 1), 2),
        ("b", "v", datetime(2026, 5, 1, 10, 0, 1), None),
        ("d", "v", datetime(2026, 5, 1, 10, 0, 1), 3),
        ("f", "v", datetime(2026, 5, 1, 10, 0, 1), 4),
        ("k", "anna.b", None, None),
    ]
    assert rows(home, "select line_no, reason from raw.rejects order by line_no") == [
        (3, "bad_count"),
        (5, "bad_payload"),
        (7, "bad_event_id"),
        (8, "bad_event_id"),
        (9, "missing_event_id"),
        (10, "bad_event_ts"),
        (11, "bad_received_ts"),
        (12, "missing_viewer_id"),
    ]
    assert rows(home, "select name, lines from raw.drift") == [("payload.new", 1)]


def test_the_three_spellings_of_a_time_are_one_instant(tmp_path: Path, home: Home) -> None:
    spellings = [
        "2026-05-01T10:00:00.123456Z",
        "2026-05-01T15:30:00.123456+05:30",
        "2026-05-01T15:30:00.123456+0530",
        "2026-05-01T10:00:00.123456z",
        "2026-05-01T10:00Z",
        1777629600123,
        "1777629600123",
        "2026-05-01T10:00:00",
        1777629600,
        1777629600123.5,
    ]
    lines = [comment(number, event_ts=value) for number, value in enumerate(spellings)]
    write_events(tmp_path / "landing/events/a.jsonl", lines)
    night(home, tmp_path / "landing")
    instant = datetime(2026, 5, 1, 10, 0, 0, 123456)
    assert dict(rows(home, "select event_id, event_ts from raw.events")) == {
        "e0": instant,
        "e1": instant,
        "e2": instant,
        "e3": instant,
        "e4": datetime(2026, 5, 1, 10),
        "e5": instant.replace(microsecond=123000),
        "e6": instant.replace(microsecond=123000),
    }
    reasons = {(8, "bad_event_ts"), (9, "bad_event_ts"), (10, "bad_event_ts")}
    assert set(rows(home, "select line_no, reason from raw.rejects")) == reasons


def test_an_event_of_tomorrow_is_accepted_and_of_the_day_after_is_not(
    tmp_path: Path, home: Home
) -> None:
    write_events(
        tmp_path / "landing/events/a.jsonl",
        [
            comment(1, event_ts=(NOW + timedelta(hours=23)).isoformat()),
            comment(2, event_ts=(NOW + timedelta(hours=25)).isoformat()),
            comment(3, event_ts="2015-12-31T23:59:59Z"),
        ],
    )
    night(home, tmp_path / "landing")
    assert rows(home, "select event_id from raw.events") == [("e1",)]


def test_hostile_file_names_are_only_names(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    name = "events/it's; drop table raw.files; --\"[x]*?.jsonl"
    write_events(landing / name, [comment(1)])
    night(home, landing)
    assert rows(home, "select path, accepted from raw.files") == [(name, 1)]


def test_an_unusable_landing_folder_says_what_to_do(tmp_path: Path, home: Home) -> None:
    with pytest.raises(LivehouseError, match="--landing"):
        stage(home, SETTINGS, tmp_path / "nowhere", NOW)
    (tmp_path / "file").write_text("")
    with pytest.raises(LivehouseError, match="--landing"):
        stage(home, SETTINGS, tmp_path / "file", NOW)


def test_an_unusable_home_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the home should be")
    (tmp_path / "landing").mkdir()
    with pytest.raises(LivehouseError, match="--home"):
        stage(Home(tmp_path / "home"), SETTINGS, tmp_path / "landing", NOW)


def test_reference_rows_are_judged_line_by_line(tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "landing/reference"
    (folder / "currency_rates").mkdir(parents=True)
    (folder / "currency_rates/rates.csv").write_text(
        "currency,rate_date,usd_per_unit\nJPY,2026-05-01,0.0064\nJPY,2026-05-02,cheap\n,2026-05-02,1\n"
    )
    (folder / "weather").mkdir()
    (folder / "weather/w.csv").write_text("a,b\n1,2\n")
    delivery = night(home, tmp_path / "landing")
    errors = {file.path: file.error for file in delivery.files if file.error}
    assert list(errors) == ["reference/weather/w.csv"]
    assert rows(home, "select line_no, reason from raw.rejects order by 1") == [
        (3, "bad_usd_per_unit"),
        (4, "missing_currency"),
    ]
    assert rows(home, "select currency, usd_per_unit::varchar from raw.ref_currency_rates") == [
        ("JPY", "0.006400000000")
    ]


def test_every_event_type_of_the_contract_is_known() -> None:
    assert len(EVENT_TYPES) == 44


def test_a_home_of_an_earlier_version_gets_the_columns_that_it_lacks() -> None:
    connection = duckdb.connect()
    create_raw(connection)
    now = connection.execute("describe raw.webcast_messages").fetchall()
    connection.execute("insert into raw.webcast_messages (event_id) values ('old')")
    connection.execute("alter table raw.webcast_messages drop column battle_side_3_id")
    create_raw(connection)
    then = connection.execute("describe raw.webcast_messages").fetchall()
    assert sorted(then) == sorted(now)
    kept = connection.execute("select event_id, battle_side_3_id from raw.webcast_messages")
    assert kept.fetchall() == [("old", None)]
