"""Webcast captures: lines to typed messages, frames to settled gifts.

The fixture is made by hand with invented ids; every expected value is typed by hand. The real
capture is no part of the repository; where it lies beside it, its independently counted totals
are checked too.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.reference import read_rows, table_of
from ingestion.webcast import RAW_COLUMNS, messages_sql

ROOT = Path(__file__).resolve().parents[1]
FIXTURE = ROOT / "tests" / "fixtures" / "webcast_small.jsonl"
REAL = ROOT.parent / "shared" / "data" / "webcast"
STAGING = ROOT / "dbt_project" / "models" / "staging"

Row = dict[str, Any]


def read_messages(connection: duckdb.DuckDBPyConnection, path: Path, **options: Any) -> list[Row]:
    connection.execute(
        "create or replace temp table lines as select 7::integer as file_id, line"
        f" from read_csv('{path}', columns = {{'line': 'VARCHAR'}}, header = false,"
        " delim = chr(1), quote = '', escape = '')"
    )
    connection.execute(
        f"create or replace temp table messages as {messages_sql('lines', **options)}"
    )
    cursor = connection.execute("select * from messages")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """What load and dbt do after the parse, in miniature: deduplicate, then the staging views."""
    columns = ", ".join(RAW_COLUMNS)
    connection.execute("create schema raw; create schema staging")
    connection.execute(
        f"create table raw.webcast_messages as select {columns} from messages"
        " where reject_reason is null qualify row_number() over"
        " (partition by event_id order by received_ts nulls last, method) = 1"
    )
    connection.execute(
        "create table staging.stg_reference__gifts (gift_id varchar, valid_from date, coins bigint)"
    )
    for model in ("stg_webcast__gifts", "stg_webcast__battles", "stg_webcast__events"):
        text = (STAGING / f"{model}.sql").read_text()
        text = text.replace("{{ source('raw', 'webcast_messages') }}", "raw.webcast_messages")
        text = text.replace("{{ ref('stg_webcast__gifts') }}", "staging.stg_webcast__gifts")
        text = text.replace("{{ ref('stg_webcast__battles') }}", "staging.stg_webcast__battles")
        text = text.replace("{{ ref('stg_reference__gifts') }}", "staging.stg_reference__gifts")
        connection.execute(f"create view staging.{model} as {text}")


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.fixture
def messages(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    return read_messages(connection, FIXTURE)


def one(messages: list[Row], event_id: str) -> Row:
    found = [row for row in messages if row["event_id"] == event_id]
    assert len(found) == 1, f"{event_id}: {found}"
    return found[0]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_columns_and_types_are_those_that_are_promised(
    connection: duckdb.DuckDBPyConnection, messages: list[Row]
) -> None:
    described = connection.execute("describe messages").fetchall()
    types = {name: kind for name, kind, *_ in described}
    assert list(types) == [*RAW_COLUMNS, "reject_reason", "raw_line"]
    assert {name: types[name] for name in RAW_COLUMNS} == RAW_COLUMNS


def test_every_line_is_one_row(messages: list[Row]) -> None:
    assert len(messages) == 51
    assert {row["file_id"] for row in messages} == {7}
    accepted = Counter(row["dialect"] for row in messages if row["reject_reason"] is None)
    assert accepted == {"v3": 26, "python6": 4, "v1": 12}


def test_each_bad_line_has_its_reason_and_only_bad_lines_keep_their_text(
    messages: list[Row],
) -> None:
    rejected = [row for row in messages if row["reject_reason"] is not None]
    assert [row["reject_reason"] for row in rejected] == [
        "missing_live_id",
        "bad_viewer_id",
        "bad_event_id",
        "bad_like_count",
        "bad_event_ts",
        "missing_gift_id",
        "missing_method",
        "bad_data",
        "missing_event_ts",
    ]
    assert all(json.loads(row["raw_line"]) for row in rejected)
    assert all(row["raw_line"] is None for row in messages if row["reject_reason"] is None)


def test_no_text_and_no_name_of_a_person_is_kept(messages: list[Row]) -> None:
    kept = json.dumps([row for row in messages if row["reject_reason"] is None], default=str)
    for text in ("where from", "hello", "someone", "viewer.one", "v.one", "py.viewer"):
        assert text not in kept


def test_gift_frame_in_each_dialect(messages: list[Row]) -> None:
    v3 = one(messages, "8000000000000000003")
    assert (v3["live_id"], v3["viewer_id"]) == ("9000000000000000001", "7000000000000000011")
    assert (v3["gift_id"], v3["diamond_count"], v3["repeat_count"]) == ("5655", 5, 3)
    assert v3["is_repeat_end"] is False  # left out by the protobuf
    assert v3["host_id"] == v3["receiver_id"] == "6000000000000000001"
    assert v3["is_follower"] is True

    python6 = one(messages, "8100000000000000002")
    assert (python6["live_id"], python6["viewer_id"]) == (
        "9000000000000000002",
        "7000000000000000021",
    )
    assert (python6["gift_id"], python6["diamond_count"]) == ("5655", 1)
    assert (python6["repeat_count"], python6["is_repeat_end"]) == (2, True)
    assert python6["received_ts"] == at("2023-11-14 22:13:21.250")

    v1 = one(messages, "8200000000000000003")
    assert (v1["live_id"], v1["viewer_id"]) == ("9000000000000000003", "7000000000000000031")
    assert (v1["gift_id"], v1["diamond_count"], v1["repeat_count"]) == ("5655", 1, 6)
    assert v1["is_repeat_end"] is True
    assert v1["receiver_id"] == "6000000000000000009"
    assert v1["host_id"] is None  # the receiver may be a guest


def test_times(messages: list[Row]) -> None:
    # milliseconds; ten digits are seconds
    assert one(messages, "8000000000000000005")["event_ts"] == at("2023-11-14 22:13:20.500")
    assert one(messages, "8000000000000000011")["event_ts"] == at("2023-11-14 22:13:21")
    # an offset is honoured
    assert one(messages, "8200000000000000001")["received_ts"] == at("2023-11-14 22:13:25")
    assert one(messages, "8000000000000000025")["event_ts"] == at("2023-11-14 22:13:21.500")
    # a clock without a zone is no received_ts, and an event_ts only for want of any other
    like, join = one(messages, "8200000000000000005"), one(messages, "8200000000000000006")
    assert (like["received_ts"], like["event_ts_source"]) == (None, "message")
    assert like["event_ts"] == at("2023-11-14 22:13:20")
    assert (join["received_ts"], join["event_ts_source"]) == (None, "received_local")


def test_times_do_not_depend_on_the_session_time_zone(messages: list[Row]) -> None:
    elsewhere = duckdb.connect()
    elsewhere.execute("set timezone = 'Asia/Tokyo'")
    assert read_messages(elsewhere, FIXTURE) == messages


def test_an_event_from_the_future_is_a_bad_time(connection: duckdb.DuckDBPyConnection) -> None:
    latest = datetime(2023, 11, 14, 22, 14, tzinfo=UTC)
    rows = read_messages(connection, FIXTURE, latest_ts=latest)
    late = {row["event_id"] for row in rows if row["reject_reason"] == "bad_event_ts"}
    assert late == {
        "8000000000000000009",
        "8000000000000000020",
        "8000000000000000021",
        "8000000000000000022",
        "8000000000000000034",  # "yesterday"
    } | {row["event_id"] for row in rows if row["method"] == "member"}


def test_a_message_without_id_gets_one_that_a_replay_repeats(messages: list[Row]) -> None:
    samples = [row["event_id"] for row in messages if row["method"] == "roomUser"]
    assert len(samples) == 3
    assert samples[0] == samples[1] != samples[2]
    assert all(len(event_id) <= 64 for event_id in samples)


def test_kinds_that_are_easily_taken_for_another(messages: list[Row]) -> None:
    kinds = {row["event_id"]: row["kind"] for row in messages}
    assert kinds["8000000000000000009"] == "room_pin"
    assert kinds["8000000000000000013"] == "follow"
    assert kinds["8000000000000000014"] == "share"
    assert kinds["8000000000000000015"] == "share_joins"
    assert kinds["8200000000000000004"] == "follow"
    assert kinds["8000000000000000024"] is None
    actions = [row["control_action"] for row in messages if row["kind"] == "control"]
    assert actions == ["suspended", "unpaused", "ended"]


def test_measures(messages: list[Row]) -> None:
    comment = one(messages, "8000000000000000010")
    assert (comment["comment_length"], comment["is_question"]) == (13, True)
    like = one(messages, "8000000000000000011")
    assert (like["like_count"], like["like_total"]) == (15, 90961)
    stats = one(messages, "8000000000000000016")
    assert (stats["viewers_now"], stats["viewers_total"]) == (0, 473)
    assert one(messages, "8100000000000000004")["viewers_now"] == 31
    assert one(messages, "8000000000000000013")["follower_count"] == 5001
    new, hidden = one(messages, "8000000000000000019"), one(messages, "8000000000000000020")
    assert (new["box_display"], new["box_coins"], new["box_people"]) == ("NEW", 20, 4)
    assert (hidden["box_display"], hidden["box_coins"]) == ("HIDE", None)
    battle = one(messages, "8000000000000000021")
    assert battle["battle_host_id"] == battle["battle_side_1_id"] == "6000000000000000001"
    assert (battle["battle_side_1_score"], battle["battle_side_1_result"]) == (1512, "win")
    assert (battle["battle_side_2_score"], battle["battle_side_2_result"]) == (44, "loss")
    assert one(messages, "8000000000000000022")["battle_side_2_score"] == 0


def test_an_id_that_was_a_double_is_refused_and_a_pseudonym_is_not(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = tmp_path / "ids.jsonl"
    ids = ['"7.5e+18"', "7.5e18", "7516550777377246208.0", '"12e45"', '"ab.1"', "7516550777377246"]
    lines.write_text(
        "\n".join(
            f'{{"event":"chat","room_id":"r","data":{{"userId":{text},"comment":"x","msgId":"m",'
            '"createTime":"1700000000000"}}}}'.replace("}}}}", "}}")
            for text in ids
        )
    )
    found = [(r["reject_reason"], r["viewer_id"]) for r in read_messages(connection, lines)]
    assert found == [
        ("bad_viewer_id", None),
        ("bad_viewer_id", None),
        ("bad_viewer_id", None),
        (None, "12e45"),
        (None, "ab.1"),
        (None, "7516550777377246"),
    ]


def test_frames_settle(connection: duckdb.DuckDBPyConnection, messages: list[Row]) -> None:
    settle(connection)
    gifts = connection.execute(
        "select live_id, viewer_id, gift_id, event_id, quantity, coins, frames, has_end_frame,"
        " event_ts from staging.stg_webcast__gifts order by event_id"
    ).fetchall()
    one_, two, three = (f"900000000000000000{number}" for number in (1, 2, 3))
    first, second = "7000000000000000011", "7000000000000000012"
    assert gifts == [
        (one_, first, "5655", "8000000000000000001", 3, 15, 4, True, at("2023-11-14 22:13:26")),
        (one_, second, "5655", "8000000000000000005", 4, 20, 2, False, at("2023-11-14 22:13:20.9")),
        (one_, first, "6265", "8000000000000000007", 1, 299, 1, False, at("2023-11-14 22:13:21")),
        (one_, first, "6265", "8000000000000000008", 1, 299, 1, False, at("2023-11-14 22:13:29")),
        (
            two,
            "7000000000000000021",
            "5655",
            "8100000000000000001",
            2,
            2,
            2,
            True,
            at("2023-11-14 22:13:21"),
        ),
        (
            three,
            "7000000000000000031",
            "5655",
            "8200000000000000002",
            6,
            6,
            2,
            True,
            at("2023-11-14 22:13:24"),
        ),
    ]


def test_events_have_the_shape_that_sources_share(
    connection: duckdb.DuckDBPyConnection, messages: list[Row]
) -> None:
    settle(connection)
    counted = dict(
        connection.execute(
            "select event_type, count(*) from staging.stg_webcast__events group by event_type"
        ).fetchall()
    )
    assert counted == {
        "gift": 6,
        "comment": 3,
        "like": 2,
        "room_enter": 2,
        "follow": 2,
        "share": 1,
        "share_joins": 1,
        "viewer_count": 4,
        "live_end": 2,
        "live_resume": 1,
        "treasure_box": 2,
        "treasure_box_hidden": 1,
        "battle_start": 1,
        "battle_end": 1,
        "battle_score": 1,
        "question": 1,
        "room_pin": 1,
    }
    boxes = connection.execute(
        "select event_type, count(*), sum(coins) from staging.stg_webcast__events"
        " where event_type like 'treasure%' group by event_type order by event_type"
    ).fetchall()
    assert boxes == [("treasure_box", 2, 30), ("treasure_box_hidden", 1, None)]
    creators = connection.execute(
        "select distinct live_id, creator_id from staging.stg_webcast__events order by live_id"
    ).fetchall()
    assert creators == [
        ("9000000000000000001", "6000000000000000001"),
        ("9000000000000000002", "host.two"),
        ("9000000000000000003", "host.three"),
    ]
    battle = connection.execute(
        "select side, score, result from staging.stg_webcast__events"
        " where event_type = 'battle_end'"
    ).fetchall()
    assert battle == [("6000000000000000001", 1512, "win")]


def test_a_battle_that_the_capture_only_sees_end_has_a_start(
    connection: duckdb.DuckDBPyConnection, messages: list[Row]
) -> None:
    settle(connection)
    steps = connection.execute(
        "select event_type, event_id, event_ts, side, score, result"
        " from staging.stg_webcast__events where event_type in ('battle_start', 'battle_end')"
        " order by event_ts"
    ).fetchall()
    end, host = "8000000000000000021", "6000000000000000001"
    assert steps == [
        ("battle_start", f"{end}-start", at("2023-11-14 22:13:20"), host, None, None),
        ("battle_end", end, at("2023-11-14 22:18:30"), host, 1512, "win"),
    ]


def finish(room: int, host: str, **results: Any) -> str:
    """A line in which a battle of `host` ends."""
    common = {
        "method": "WebcastLinkMicBattle",
        "msgId": f"88{room}",
        "roomId": f"99{room}",
        "createTime": "1700000301000",
    }
    settings = {"startTimeMs": "1700000000000", "duration": 301}
    data = {
        "common": common,
        "battleId": f"86{room}",
        "action": "FINISH",
        "battleSettings": settings,
        **results,
    }
    return json.dumps({"creator_id": host, "data": data})


def test_battles_of_teams_and_of_four(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Two teams of two, of which battleResult names one host each; four hosts, each alone."""
    teams = [
        {
            "teamId": "1",
            "teamUser": [{"userId": "601"}, {"userId": "602", "score": "3"}],
            "result": 1,
            "totalScore": "3",
        },
        {
            "teamId": "2",
            "teamUser": [{"userId": "603", "score": "3"}, {"userId": "604", "score": "6"}],
            "totalScore": "9",
        },
    ]
    captains = {"601": {"result": "LOSE", "score": "3"}, "604": {"score": "9"}}
    team = {"battleResult": captains, "teamBattleResult": teams}
    four = {
        "601": {"result": "LOSE", "score": "5"},
        "602": {"result": "LOSE"},
        "603": {"result": "LOSE", "score": "7"},
        "604": {"score": "20"},
    }
    even = {host: {"score": "4"} for host in ("601", "602", "603")}
    lines = tmp_path / "battles.jsonl"
    lines.write_text(
        "\n".join(
            [
                finish(1, "602", **team),
                finish(2, "603", **team),
                finish(3, "604", battleResult=four),
                finish(4, "602", battleResult=four),
                finish(5, "603", battleResult=even),
            ]
        )
    )
    read_messages(connection, lines)
    settle(connection)
    ends = connection.execute(
        "select side, score, result from staging.stg_webcast__events"
        " where event_type = 'battle_end' order by live_id"
    ).fetchall()
    assert ends == [
        ("602", 3, "loss"),
        ("603", 9, "win"),
        ("604", 20, "win"),
        ("602", 0, "loss"),
        ("603", 4, "draw"),
    ]


def test_gift_catalogue(tmp_path: Path) -> None:
    catalogue = tmp_path / "gift's.csv"
    catalogue.write_text(
        "snapshot_date,gift_id,name,diamond_count,type,combo,duration_ms\n"
        "2023-09-02,5269,TikTok,1,1,True,0\n"
        "2023-09-02,7.5e18,Rose,1,1,True,0\n"
        "2023-09-02,5270,Hat,many,1,True,0\n"
        "2023-09-02,,Cap,9,1,False,0\n"
    )
    table = table_of("webcast/gift's.csv")
    assert table is not None
    rows = list(read_rows(catalogue, table))
    assert rows[0].values == {
        "gift_id": "5269",
        "name": "TikTok",
        "coins": 1,
        "is_streakable": True,
        "valid_from": date(2023, 9, 2),
    }
    assert [row.reason for row in rows] == [None, "bad_gift_id", "bad_coins", "missing_gift_id"]
    assert [row.line_no for row in rows] == [2, 3, 4, 5]


needs_real_capture = pytest.mark.skipif(
    not REAL.exists(), reason="the real capture is not part of the repository"
)


@needs_real_capture
def test_the_real_capture(connection: duckdb.DuckDBPyConnection) -> None:
    rows = read_messages(connection, REAL / "tiktok_webcast_2023_sample.jsonl.gz")
    assert len(rows) == 1877
    assert [row["raw_line"] for row in rows if row["reject_reason"] is not None] == []
    assert len({row["live_id"] for row in rows if row["live_id"] is not None}) == 214
    frames = [row for row in rows if row["kind"] == "gift"]
    assert len(frames) == 137
    assert sum(row["repeat_count"] for row in frames) == 654
    assert sum(row["repeat_count"] for row in frames if row["is_repeat_end"]) == 47
    kinds = Counter(row["kind"] for row in rows)
    assert (kinds["follow"], kinds["share"], kinds["share_joins"]) == (84, 50, 6)
    boxes = Counter(row["box_display"] for row in rows if row["kind"] == "treasure_box")
    assert boxes == {"NEW": 29, "HIDE": 47}

    settle(connection)
    settled = connection.execute(
        "select count(*), sum(quantity),"
        " count(*) filter (where group_id is not null and not has_end_frame)"
        " from staging.stg_webcast__gifts"
    ).fetchone()
    assert settled == (67, 202, 28)


@needs_real_capture
def test_the_real_gift_catalogue() -> None:
    table = table_of("webcast/gift_catalogue_snapshots.csv")
    assert table is not None
    rows = list(read_rows(REAL / "gift_catalogue_snapshots.csv", table))
    assert len(rows) == 753
    assert len({row.values["gift_id"] for row in rows}) == 161
    assert len({row.values["valid_from"] for row in rows}) == 7
    assert [row for row in rows if row.reason] == []
