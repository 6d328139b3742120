"""Files taken back, lines judged again, people erased: each as if it had always been so."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import zstandard
from small_project import shared_project, write_dump
from test_ingestion import comment, write_events
from test_ingestion import night as load

from ingestion import reference
from ingestion.erasure import add_tombstone, erase_from_raw, read_tombstones
from ingestion.landing_copies import holders, rewrite_without
from ingestion.load import has_news, merge, stage
from ingestion.replay import held_files, replay
from ingestion.rewrite import rewrite_if_due
from ingestion.withdraw import find_file, withdraw
from livehouse.cli import main
from livehouse.errors import LivehouseError, UsageError
from livehouse.key import home_key, pseudonym
from livehouse.settings import PROJECT_ROOT, Home, Settings
from orchestration.corrections import (
    Forgotten,
    Replayed,
    Withdrawn,
    forget_viewer,
    replay_rejects,
    withdraw_file,
)
from orchestration.journal import Night, Orders
from orchestration.night import run_night
from orchestration.settled import unsettle

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SETTINGS = Settings(threads=2)
LOG_OF_A_LOAD = ("file_id", "loaded_at", "sha256", "bytes")
"""Columns of the load log that tell when and from which bytes, not what."""


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def content(
    file: Path, schema: str, without: tuple[str, ...] = LOG_OF_A_LOAD, but: tuple[str, ...] = ()
) -> dict[str, list[str]]:
    """Every table's rows, sorted, as text; withdrawn files are no part of it."""
    with duckdb.connect(str(file), read_only=True) as reader:
        tables = reader.execute(
            "select table_name from duckdb_tables() where schema_name = ?", [schema]
        ).fetchall()
        found = {}
        for (table,) in tables:
            if table in but:
                continue
            cursor = reader.execute(f"select * from {schema}.{table}")
            names = [column[0] for column in cursor.description or ()]
            lines = [
                {k: v for k, v in zip(names, row, strict=True) if k not in without}
                for row in cursor.fetchall()
            ]
            found[table] = sorted(str(x) for x in lines if x.get("state") != "withdrawn")
        return found


NOT_OF_FILES = ("seen", "touched_lives", "touched_days")
"""Tables of raw that tell of the landing folder, and what the next build has to do."""


def raw(home: Home) -> dict[str, list[str]]:
    return content(home.warehouse, "raw", but=NOT_OF_FILES)


def every_line_has_one_outcome(home: Home) -> bool:
    return rows(
        home,
        "select path from raw.files"
        " where lines <> accepted + duplicates + rejected + blank + erased",
    ) == [] and rows(
        home,
        "select sum(accepted), sum(duplicates) from raw.files"
        " where state = 'loaded' and family <> 'reference'",
    ) == rows(
        home,
        "select (select count(*) from raw.events) + (select count(*) from raw.webcast_messages),"
        " (select count(*) from raw.events_duplicates) +"
        " (select count(*) from raw.webcast_messages_duplicates)",
    )


def like(number: int, viewer: Any = "v", **changes: Any) -> dict[str, Any]:
    return comment(number, event_type="like", viewer_id=viewer, payload={"count": 2}, **changes)


def chat(number: int, viewer: str, **changes: Any) -> dict[str, Any]:
    common = {"method": "WebcastChatMessage", "msgId": str(number), "roomId": "9"}
    created = str(1780300000000 + number)
    return {
        "common": {**common, "createTime": created},
        "user": {"id": viewer},
        "content": "so?",
        **changes,
    }


def write_lines(path: Path, lines: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


# withdraw ----------------------------------------------------------------------------------------


def three_families(landing: Path) -> dict[str, Callable[[], object]]:
    """Files that share events, messages and keys; every one can be written alone."""
    early, late = "2026-05-01T10:00:01Z", "2026-05-01T10:00:09Z"
    gifts = "gift_id,name,coins\n"
    return {
        "events/first.jsonl": lambda: write_lines(
            landing / "events/first.jsonl",
            [like(1, received_ts=early), like(2, received_ts=late), like(3), like(3), "{broken"],
        ),
        "events/second.jsonl": lambda: write_lines(
            landing / "events/second.jsonl",
            [like(1, received_ts=late), like(2, received_ts=early), like(3), like(4), ""],
        ),
        "webcast/first.jsonl": lambda: write_lines(
            landing / "webcast/first.jsonl", [chat(1, "7"), chat(2, "7"), chat(2, "8")]
        ),
        "webcast/second.jsonl": lambda: write_lines(
            landing / "webcast/second.jsonl", [chat(2, "7"), chat(3, "8"), "no json"]
        ),
        "reference/gifts/first.csv": lambda: write_lines(
            landing / "reference/gifts/first.csv", [gifts + "rose,Rose,1"]
        ),
        "reference/gifts/second.csv": lambda: write_lines(
            landing / "reference/gifts/second.csv", [gifts + "rose,Red rose,2\n,Nameless,1"]
        ),
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home into which the files came in two nights, and their landing."""
    folder = tmp_path_factory.mktemp("whole")
    for number, write in enumerate(three_families(folder / "landing").values()):
        write()
        if number == 2:
            load(Home(folder / "home"), folder / "landing")
    load(Home(folder / "home"), folder / "landing")
    return folder


@pytest.mark.parametrize("gone", sorted(three_families(Path())))
def test_a_withdrawn_file_never_came(tmp_path: Path, home: Home, whole: Path, gone: str) -> None:
    shutil.copytree(whole / "home", home.root)
    other = Home(tmp_path / "other")
    for name, write in three_families(tmp_path / "but_one").items():
        if name != gone:
            write()
    load(other, tmp_path / "but_one")
    assert raw(home) != raw(other)
    withdraw(home, SETTINGS, find_file(home, SETTINGS, gone))
    assert raw(home) == raw(other)
    assert every_line_has_one_outcome(home)
    assert not has_news(home, SETTINGS, whole / "landing")


def test_a_file_withdrawn_again_is_told(tmp_path: Path, home: Home) -> None:
    write_events(tmp_path / "landing/events/a.jsonl", [like(1)])
    load(home, tmp_path / "landing")
    file = find_file(home, SETTINGS, "a.jsonl")
    assert (file.path, file.was, file.accepted) == ("events/a.jsonl", "loaded", 1)
    withdraw(home, SETTINGS, file)
    assert find_file(home, SETTINGS, "a.jsonl").was == "withdrawn"


def test_an_unknown_file_names_the_nearest(tmp_path: Path, home: Home) -> None:
    with pytest.raises(UsageError, match="Nothing was loaded yet"):
        find_file(home, SETTINGS, "a.jsonl")
    for name in ("2026-05-01/dump.jsonl", "2026-05-02/dump.jsonl", "2026-05-02/other.jsonl"):
        write_events(tmp_path / "landing/events" / name, [like(len(name), live_id=name)])
    load(home, tmp_path / "landing")
    with pytest.raises(UsageError, match=r"nearest name is events/2026-05-02/other\.jsonl"):
        find_file(home, SETTINGS, "othr.jsonl")
    with pytest.raises(UsageError, match=r"means 2 files: events/2026-05-01/dump\.jsonl"):
        find_file(home, SETTINGS, "dump.jsonl")


def test_a_copy_means_the_file_that_brought_its_bytes(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    write_events(landing / "events/a.jsonl", [like(1)])
    write_events(landing / "events/other.jsonl", [like(2)])
    load(home, landing)
    for name in ("events/again/copy.jsonl", "events/later/copy.jsonl"):
        (landing / name).parent.mkdir()
        (landing / name).write_bytes((landing / "events/a.jsonl").read_bytes())
    assert not has_news(home, SETTINGS, landing)
    for name in ("events/again/copy.jsonl", "copy.jsonl"):
        assert find_file(home, SETTINGS, name).path == "events/a.jsonl"
    withdraw(home, SETTINGS, find_file(home, SETTINGS, "copy.jsonl"))
    assert rows(home, "select event_id from raw.events") == [("e2",)]


def test_one_of_two_contents_of_a_name_is_named_by_its_hash(tmp_path: Path, home: Home) -> None:
    path = tmp_path / "landing/events/a.jsonl"
    for number in (1, 2):
        write_events(path, [like(number)])
        load(home, tmp_path / "landing")
    with pytest.raises(UsageError, match="means 2 files"):
        find_file(home, SETTINGS, "a.jsonl")
    second = hashlib.sha256(path.read_bytes()).hexdigest()
    withdraw(home, SETTINGS, find_file(home, SETTINGS, second[:12]))
    assert rows(home, "select event_id from raw.events") == [("e1",)]
    assert find_file(home, SETTINGS, "a.jsonl").was == "loaded"


# replay ------------------------------------------------------------------------------------------


def test_lines_that_pass_now_enter_as_lines_of_their_file(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing, later = tmp_path / "landing", NOW + timedelta(days=4)
    tomorrow = {"event_ts": "2026-06-04T10:00:00Z"}
    far = {"event_ts": "2027-06-04T10:00:00Z"}
    ahead = chat(3, "7")
    ahead["common"]["createTime"] = str(1780600000000)
    write_lines(
        landing / "events/a.jsonl", [like(1), like(2, **tomorrow), like(3, **far), "{broken"]
    )
    write_lines(
        landing / "events/b.jsonl",
        [like(2, received_ts="2026-06-04T10:00:00Z", **tomorrow), like(4), *[""] * 2],
    )
    write_lines(landing / "webcast/c.jsonl", [chat(1, "7"), ahead, {"event": "gift"}, "[]"])
    write_lines(landing / "reference/gifts/d.csv", ["gift_id,coins", "rose,1", ",2"])
    with monkeypatch.context() as bug:
        bug.setattr(reference, "_typed", lambda *_: int("a bug of the judge"))
        load(home, landing)
    assert rows(home, "select count(*) from raw.rejects") == [(9,)]
    told = replay(home, SETTINGS, later)
    assert [(file.path, file.judged, file.accepted) for file in told] == [
        ("events/a.jsonl", 3, 1),
        ("events/b.jsonl", 1, 1),
        ("reference/gifts/d.csv", 2, 1),
        ("webcast/c.jsonl", 3, 1),
    ]
    other = Home(tmp_path / "other")
    load(other, landing, later)
    assert raw(home) == raw(other)
    assert every_line_has_one_outcome(home)
    assert [file.accepted for file in replay(home, SETTINGS, later)] == [0, 0, 0]
    assert raw(home) == raw(other)


def test_a_line_that_was_too_long_passes_under_another_limit(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    write_lines(landing / "events/a.jsonl", [like(1, extra="x" * 2_000_000), like(2)])
    load(home, landing)
    assert rows(home, "select accepted, rejected from raw.files") == [(1, 1)]
    assert replay(home, SETTINGS, NOW) == ()
    (file,) = replay(home, Settings(threads=2, max_line_bytes=4_000_000), NOW)
    assert (file.judged, file.accepted) == (1, 1)
    assert rows(home, "select accepted, rejected from raw.files") == [(2, 0)]


def test_a_held_file_that_is_still_bad_waits_on(tmp_path: Path, home: Home) -> None:
    landing = landing_with(tmp_path / "landing", [like(1), *["{broken"] * 20])
    load(home, landing)
    only = "events/only.jsonl"
    assert held_files(home, SETTINGS) == {only}
    assert replay(home, SETTINGS, NOW) == ()
    delivery = stage(home, SETTINGS, landing, NOW, retry=frozenset({only}))
    merge(home, SETTINGS, {delivery.files[0].file_id: "still"}, NOW)
    assert rows(home, "select state, held_reason, rejected from raw.files") == [
        ("held", "still", 20)
    ]
    withdraw(home, SETTINGS, find_file(home, SETTINGS, only))
    assert rows(home, "select state, held_reason from raw.files") == [("withdrawn", None)]
    assert rows(home, "select count(*) from raw.rejects") == [(0,)]
    assert held_files(home, SETTINGS) == frozenset()


# forget ------------------------------------------------------------------------------------------

GONE = "person-1"


def his_lines() -> list[Any]:
    """Lines of the person, in every way that a line can be somebody's."""
    mute = {"action": "mute", "target_viewer_id": GONE}
    guest = {"guest_id": GONE}
    return [
        like(11, GONE),
        comment(12, event_type="moderation_action", payload=mute),
        comment(13, event_type="guest_join", payload=guest),
        like(14, GONE, event_ts="not a time"),
        '{"event_id": "cut", "viewer_id": "' + GONE + '", "pay',
        json.dumps(like(15, "person-\u0031")).replace("person-1", "person-\\u0031"),
    ]


def other_lines() -> list[Any]:
    """Lines of others, some of them with ids that have his inside."""
    return [like(1), like(2, "person-10"), like(3, "a-person-1"), '{"viewer_id": "person-12', ""]


def his_messages() -> list[Any]:
    deletion = {
        "common": {"method": "WebcastImDeleteMessage", "msgId": "63", "roomId": "9"},
        "deleteUserIds": [GONE],
    }
    deletion["common"]["createTime"] = "1780300000000"  # type: ignore[index]
    return [chat(61, GONE), deletion, chat(62, GONE, common={"method": "WebcastChatMessage"})]


def test_what_is_left_is_what_a_home_without_him_has(tmp_path: Path, home: Home) -> None:
    """Counts and rows; a copy of another's that lost to his comes forward."""
    other = Home(tmp_path / "other")
    early, late = "2026-05-01T10:00:01Z", "2026-05-01T10:00:09Z"
    write_lines(
        tmp_path / "all/events/a.jsonl",
        [*other_lines(), *his_lines(), like(5, GONE, received_ts=early), like(6, "v")],
    )
    write_lines(
        tmp_path / "all/events/b.jsonl",
        [like(5, "person-2", received_ts=late), like(6, GONE), like(1), like(11, GONE)],
    )
    write_lines(tmp_path / "all/webcast/c.jsonl", [chat(1, "7"), *his_messages(), chat(1, "7")])
    write_lines(tmp_path / "less/events/a.jsonl", [*other_lines(), like(6, "v")])
    write_lines(tmp_path / "less/events/b.jsonl", [like(5, "person-2", received_ts=late), like(1)])
    write_lines(tmp_path / "less/webcast/c.jsonl", [chat(1, "7"), chat(1, "7")])
    load(home, tmp_path / "all")
    load(other, tmp_path / "less")
    erased = erase_from_raw(home, SETTINGS, GONE)
    assert erased == {"events/a.jsonl": 7, "events/b.jsonl": 2, "webcast/c.jsonl": 3}
    assert every_line_has_one_outcome(home)
    assert rows(home, "select path, erased from raw.files order by path") == list(erased.items())
    but = (*LOG_OF_A_LOAD, "lines", "erased", "line_no")
    assert content(home.warehouse, "raw", but, NOT_OF_FILES) == content(
        other.warehouse, "raw", but, NOT_OF_FILES
    )
    assert erase_from_raw(home, SETTINGS, GONE) == {}


def test_the_tombstone_keeps_him_out(tmp_path: Path, home: Home) -> None:
    """Of lines that come later, in every format, also where the warehouse is made anew."""
    landing = tmp_path / "landing"
    add_tombstone(home, GONE)
    add_tombstone(home, "somebody else")
    write_lines(landing / "events/a.jsonl", [*other_lines(), *his_lines()])
    packed = landing / "events/b.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(like(51, GONE)).encode() + b"\n"))
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'p' || number as event_id, 'like' as event_type,"
            " timestamp '2026-05-01 10:00:00' as event_ts, 'L' as live_id, 'C' as creator_id,"
            " who as viewer_id from (values (1, 'v'), (2, $gone)) as lines (number, who))"
            f" to '{landing}/events/c.parquet' (format parquet)",
            {"gone": GONE},
        )
    write_lines(landing / "webcast/d.jsonl", [chat(1, "7"), *his_messages()])
    load(home, landing)
    assert rows(
        home, "select path, lines, accepted, rejected, blank, erased from raw.files order by path"
    ) == [
        ("events/a.jsonl", 11, 3, 1, 1, 6),
        ("events/b.jsonl.gz", 1, 0, 0, 0, 1),
        ("events/c.parquet", 2, 1, 0, 0, 1),
        ("webcast/d.jsonl", 4, 1, 0, 0, 3),
    ]
    assert every_line_has_one_outcome(home)
    # as whole words; his name stands inside others'
    data = home.warehouse.read_bytes()
    assert data.count(b"person-1") == data.count(b"person-10") + data.count(b"a-person-1") + (
        data.count(b"person-12")
    )


def landing_with(landing: Path, lines: list[Any]) -> Path:
    write_lines(landing / "events/only.jsonl", lines)
    return landing


def test_another_key_is_refused_where_somebody_was_erased(tmp_path: Path, home: Home) -> None:
    """Else he would come back unseen."""
    add_tombstone(home, GONE)
    landing = landing_with(tmp_path / "landing", [like(1, GONE)])
    kept = home.key.read_bytes()
    for change in (home.key.unlink, lambda: home.key.write_text("0" * 64)):
        change()
        with pytest.raises(LivehouseError, match="Restore the key"):
            load(home, landing)
    home.key.write_bytes(kept)
    load(home, landing)
    assert rows(home, "select accepted, erased from raw.files") == [(0, 1)]


def test_tombstones_tell_nobody_who_was_erased(home: Home) -> None:
    add_tombstone(home, GONE)
    text = home.tombstones.read_text()
    assert GONE not in text
    assert pseudonym(home_key(home), GONE)[1:] not in text
    assert home.tombstones.stat().st_mode & 0o777 == 0o600
    stones = read_tombstones(home)
    assert stones is not None
    assert stones.hold(GONE) and not stones.hold("person-10")


def test_the_warehouse_is_written_anew(tmp_path: Path, home: Home) -> None:
    """DuckDB keeps deleted bytes in free blocks; a crash on the way is made good."""
    only_his = "viewer-777-unmistakable"
    # Few rows: of many, DuckDB would compress the ids, and no byte could be looked for.
    lines = [like(n, only_his) for n in range(9)] + [like(n, f"v{n}") for n in range(9, 20)]
    load(home, landing_with(tmp_path / "landing", lines))
    assert only_his.encode() in home.warehouse.read_bytes()
    erase_from_raw(home, SETTINGS, only_his)
    before = raw(home)
    assert home.to_rewrite.exists()
    assert rewrite_if_due(home, SETTINGS)
    assert only_his.encode() not in home.warehouse.read_bytes()
    assert raw(home) == before
    assert not rewrite_if_due(home, SETTINGS)


def packed(text: str, name: str) -> bytes:
    data = text.encode()
    half = len(data) // 2
    if name.endswith(".gz"):
        return gzip.compress(data[:half]) + gzip.compress(data[half:])
    if name.endswith(".zst"):
        make = zstandard.ZstdCompressor().compress
        return make(data[:half]) + make(data[half:])
    return data


def unpacked(path: Path) -> bytes:
    if path.name.endswith(".gz"):
        return gzip.decompress(path.read_bytes())
    if path.name.endswith(".zst"):
        with path.open("rb") as file:
            return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()
    return path.read_bytes()


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_a_landing_file_loses_his_lines_and_no_byte_more(
    tmp_path: Path, home: Home, name: str
) -> None:
    landing = tmp_path / "landing"
    path = landing / "events" / name
    path.parent.mkdir(parents=True)
    kept = [json.dumps(line) if isinstance(line, dict) else line for line in other_lines()]
    kept[0] = " " + kept[0].replace(": ", " :\t") + "\r"
    his = [json.dumps(line) if isinstance(line, dict) else line for line in his_lines()]
    mixed = [line for pair in zip(his, [*kept, "{late"], strict=True) for line in pair]
    path.write_bytes(packed("\n".join(mixed), name))
    load(home, landing)
    before = rows(home, "select path, accepted, rejected, blank from raw.files")
    erase_from_raw(home, SETTINGS, GONE)
    assert holders(landing, GONE) == (f"events/{name}",)
    (told,) = rewrite_without(home, SETTINGS, landing, GONE, NOW)
    assert (told.path, told.lines, told.problem) == (f"events/{name}", 6, "")
    assert unpacked(path) == "\n".join([*kept, "{late"]).encode()
    assert holders(landing, GONE) == ()
    assert not has_news(home, SETTINGS, landing)
    path.touch()
    assert not has_news(home, SETTINGS, landing)
    assert rows(home, "select sha256 from raw.files") == [
        (hashlib.sha256(path.read_bytes()).hexdigest(),)
    ]
    assert len(before) == len(rows(home, "select path from raw.files")) == 1
    # the rejected lines are where the file has them now
    assert rows(home, "select line_no, raw_text from raw.rejects order by line_no") == [
        (4, '{"viewer_id": "person-12'),
        (6, "{late"),
    ]
    assert rewrite_without(home, SETTINGS, landing, GONE, NOW) == ()


def test_a_parquet_file_and_a_capture_lose_his_lines(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    capture = write_lines(landing / "webcast/c.jsonl", [chat(1, "7"), *his_messages()])
    (landing / "events").mkdir()
    parquet = landing / "events/p.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'p' || number as event_id, 'guest_join' as event_type,"
            " timestamp '2026-05-01 10:00:00' as event_ts, 'L' as live_id, 'C' as creator_id,"
            " 'v' || number as viewer_id, {'guest_id': who} as payload, number as extra"
            " from (values (3, 'x'), (1, 'person-10'), (2, $gone)) as lines (number, who))"
            f" to '{parquet}' (format parquet)",
            {"gone": GONE},
        )
    load(home, landing)
    erase_from_raw(home, SETTINGS, GONE)
    rewrite_without(home, SETTINGS, landing, GONE, NOW)
    assert capture.read_text() == json.dumps(chat(1, "7")) + "\n"
    with duckdb.connect() as connection:
        left = connection.execute(
            f"select event_id, payload.guest_id, extra, typeof(event_ts) from '{parquet}'"
        ).fetchall()
    assert left == [("p3", "x", 3, "TIMESTAMP"), ("p1", "person-10", 1, "TIMESTAMP")]
    assert not has_news(home, SETTINGS, landing)


def test_a_broken_archive_is_left_alone_and_named(tmp_path: Path, home: Home) -> None:
    landing = tmp_path / "landing"
    for name in ("a.jsonl.gz", "b.jsonl.zst"):
        whole = packed("".join(json.dumps(like(n, GONE)) + "\n" for n in range(999)), name)
        path = landing / "events" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole[: len(whole) * 3 // 4])
    before = {path: path.read_bytes() for path in landing.rglob("*.*")}
    told = rewrite_without(home, SETTINGS, landing, GONE, NOW)
    assert [(file.path, file.lines) for file in told] == [
        ("events/a.jsonl.gz", 0),
        ("events/b.jsonl.zst", 0),
    ]
    assert all("cannot be rewritten" in file.problem for file in told)
    assert {path: path.read_bytes() for path in landing.rglob("*.*")} == before
    assert holders(landing, GONE) == ("events/a.jsonl.gz", "events/b.jsonl.zst")


# whole nights, over the small project ------------------------------------------------------------

WITH_VIEWERS = """
{{ config(contract={'enforced': false}) }}
select
    live_id,
    max(viewer_id) as last_viewer_id,
    count(*) filter (where event_type = 'impression') as impressions,
    true as has_impressions
from {{ ref('stg_dump__events') }}
where live_id is not null
group by live_id
"""


class House:
    """A home with the small project, one night an hour after the other."""

    def __init__(self, folder: Path, project: Path | None = None) -> None:
        self.home = Home(folder / "home")
        self.landing = self.home.default_landing
        self.project = project or shared_project(fct_live_session=WITH_VIEWERS)
        self._now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    @property
    def orders(self) -> Orders:
        self._now += timedelta(hours=1)
        return Orders(self.home, self.landing, SETTINGS, self._now, project=self.project)

    def run(self, *accept: str) -> Night:
        orders = self.orders
        return run_night(
            self.home, self.landing, SETTINGS, orders.now, accept=accept, project=self.project
        )

    def withdraw(self, name: str) -> Withdrawn:
        return withdraw_file(self.orders, name, lambda _: None)

    def replay(self) -> Replayed:
        return replay_rejects(self.orders, lambda _: None)

    def forget(self, viewer_id: str, *, landing_too: bool = False) -> Forgotten:
        return forget_viewer(self.orders, viewer_id, lambda _: None, landing_too=landing_too)

    def published(self) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.current / "livehouse.duckdb"), read_only=True) as reader:
            return reader.execute(
                "select live_id, impressions from facts.fct_live_session order by live_id"
            ).fetchall()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_withdrawal_is_published_and_can_be_taken_back(house: House) -> None:
    write_dump(house.landing, "a.jsonl", {"live-1": 3})
    write_dump(house.landing, "b.jsonl", {"live-1": 5, "live-2": 2})
    assert house.run().exit_code == 0
    done = house.withdraw("b.jsonl")
    assert (done.file.accepted, done.night.outcome) == (7 - 3, "published")
    assert house.published() == [("live-1", 3)]
    assert rows(house.home, "select state from raw.files order by path") == [
        ("loaded",),
        ("withdrawn",),
    ]
    assert house.run().outcome == "nothing_new"
    assert house.withdraw("b.jsonl").night.outcome == "nothing_new"
    assert house.run("events/2026-03-01/b.jsonl").outcome == "published"
    assert house.published() == [("live-1", 5), ("live-2", 2)]
    assert rows(house.home, "select state, count(*) from raw.files group by state") == [
        ("loaded", 2)
    ]
    assert every_line_has_one_outcome(house.home)


def test_a_withdrawal_that_was_killed_is_published_by_the_same_command(house: House) -> None:
    write_dump(house.landing, "a.jsonl", {"live-1": 3})
    write_dump(house.landing, "b.jsonl", {"live-2": 2})
    house.run()
    unsettle(house.home)
    withdraw(house.home, SETTINGS, find_file(house.home, SETTINGS, "b.jsonl"))
    assert house.published() == [("live-1", 3), ("live-2", 2)]
    done = house.withdraw("b.jsonl")
    assert (done.file.was, done.night.outcome) == ("withdrawn", "published")
    assert house.published() == [("live-1", 3)]


def test_a_held_file_is_read_again_by_replay(house: House) -> None:
    write_dump(house.landing, "a.jsonl", {"live-1": 3})
    write_dump(house.landing, "bad.jsonl", {"live-2": 5}, bad=20)
    assert house.run().exit_code == 4
    lenient = replace(house.orders, settings=Settings(threads=2, hold_back_min_rejects=100))
    done = replay_rejects(lenient, lambda _: None)
    assert done.held == ("events/2026-03-01/bad.jsonl",)
    assert done.night is not None and done.night.exit_code == 0
    assert house.published() == [("live-1", 3), ("live-2", 5)]
    idle = house.replay()
    assert (idle.accepted, idle.night) == (0, None)


def everything(folder: Path, word: bytes) -> list[str]:
    """The files below a folder with these bytes."""
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and word in path.read_bytes()
    ]


def test_nothing_of_an_erased_viewer_is_left(house: House) -> None:
    """Over all bytes of the home, his pseudonym's too, and after a full rebuild."""
    his = "viewer-777-unmistakable"
    path = write_dump(house.landing, "a.jsonl", {"live-1": 3, "live-2": 1})
    lines = path.read_text().replace("viewer-2", his)
    path.write_text(lines + '{"broken": "' + his + "\n")
    house.run()
    write_dump(house.landing, "b.jsonl", {"live-3": 2})
    house.run()
    hidden = pseudonym(home_key(house.home), his)
    releases = house.home.releases
    assert len(everything(releases, hidden.encode())) == 2
    house.home.logs.mkdir(exist_ok=True)
    log = house.home.logs / "old.log"
    log.write_text(f"viewer {his} and {his}-2 and {hidden}\n")

    done = house.forget(his)
    assert done.is_found and done.is_clean
    assert sum(done.lines.values()) == 2
    assert len(done.releases) == 2
    assert done.landing == ("events/2026-03-01/a.jsonl",)
    assert done.traces.columns > 100 and done.traces.bytes > 100_000
    assert log.read_text() == f"viewer {'x' * 23} and {his}-2 and {'x' * 33}\n"
    log.unlink()
    for word in (his, hidden):
        assert everything(house.home.root, word.encode()) == (
            ["landing/events/2026-03-01/a.jsonl"] if word == his else []
        )
    assert house.published() == [("live-1", 2), ("live-2", 1), ("live-3", 2)]
    assert every_line_has_one_outcome(house.home)

    house.home.warehouse.unlink()
    assert house.run().outcome == "published"
    assert house.published() == [("live-1", 2), ("live-2", 1), ("live-3", 2)]
    again = house.forget(his, landing_too=True)
    assert again.is_clean and again.landing == ()
    for word in (his, hidden):
        assert everything(house.home.root, word.encode()) == []
    assert house.run().outcome == "nothing_new"
    assert house.published() == [("live-1", 2), ("live-2", 1), ("live-3", 2)]


def test_an_id_that_is_the_name_of_a_field_goes_too(house: House) -> None:
    """In lines of others too; rejected ones however it is spelled."""
    his = "viewer-777-unmistakable"
    path = write_dump(house.landing, "a.jsonl", {"live-1": 3})
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[0][his] = 1
    lines[1]["payload"][his] = {"seen": True}
    lines[2] |= {"event_type": "like", "payload": {"count": "many", his: 1}}
    texts = [json.dumps(line) for line in lines]
    spelled = texts[2].replace(his, "\\u0076" + his[1:]).replace("live-1-2", "live-1-3")
    write_lines(path, [*texts, spelled])
    assert house.run().exit_code == 0
    assert rows(house.home, "select name, lines from raw.drift order by name") == [
        (f"payload.{his}", 3),
        (his, 1),
    ]
    assert rows(house.home, "select count(*) from raw.rejects") == [(2,)]
    done = house.forget(his)
    assert done.is_found and done.is_clean
    assert rows(house.home, "select name from raw.drift") == []
    assert rows(house.home, "select raw_text from raw.rejects") == []
    assert house.published() == [("live-1", 2)]
    assert everything(house.home.root, his.encode()) == ["landing/events/2026-03-01/a.jsonl"]
    assert every_line_has_one_outcome(house.home)


def test_an_unknown_viewer_is_not_found_and_kept_out(house: House) -> None:
    write_dump(house.landing, "a.jsonl", {"live-1": 3})
    house.run()
    done = house.forget("nobody")
    assert not done.is_found and done.night is None and done.is_clean
    # the models are still there: nothing was written anew
    assert rows(house.home, "select count(*) from facts.fct_live_session") == [(1,)]
    assert house.run().outcome == "nothing_new"
    path = write_dump(house.landing, "b.jsonl", {"live-2": 2})
    path.write_text(path.read_text().replace("viewer-1", "nobody"))
    house.run()
    assert house.published() == [("live-1", 3), ("live-2", 1)]


def test_a_place_where_the_id_must_stay_is_told(house: House) -> None:
    """A creator who is forgotten as a viewer is still a creator: that is said, not hidden."""
    path = write_dump(house.landing, "a.jsonl", {"live-1": 3})
    path.write_text(path.read_text().replace("viewer-2", "creator-1"))
    house.run()
    done = house.forget("creator-1")
    assert not done.is_clean
    assert any("raw.events.creator_id: 2 row(s)" in place for place in done.traces.found)
    assert house.published() == [("live-1", 2)]


KILLED = """
import sys
from test_corrections import House
from pathlib import Path
import {module} as module

def stop(*_, **__):
    print("reached", flush=True)
    import time
    time.sleep(600)

module.{name} = stop
house = House(Path(sys.argv[1]), Path(sys.argv[2]))
house.forget("viewer-777-unmistakable")
"""


@pytest.mark.parametrize(
    "name",
    [
        "rewrite_if_due",
        pytest.param("night_in_hand", marks=pytest.mark.long),
        pytest.param("prune", marks=pytest.mark.long),
    ],
)
def test_forgetting_that_was_killed_ends_right_when_given_again(house: House, name: str) -> None:
    his = "viewer-777-unmistakable"
    path = write_dump(house.landing, "a.jsonl", {"live-1": 3})
    path.write_text(path.read_text().replace("viewer-2", his))
    house.run()
    script = KILLED.format(module="orchestration.corrections", name=name)
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(house.home.root.parent), str(house.project)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": f"{PROJECT_ROOT}:{PROJECT_ROOT}/tests"},
    )
    assert process.stdout is not None and process.stdout.readline() == "reached\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(0.1)
    assert house.forget(his, landing_too=True).is_clean
    hidden = pseudonym(home_key(house.home), his)
    for word in (his, hidden):
        assert everything(house.home.root, word.encode()) == []
    assert house.published() == [("live-1", 2)]
    assert every_line_has_one_outcome(house.home)


def test_the_commands_tell_what_they_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a home without anything: errors are one paragraph, and nothing breaks."""
    home = str(tmp_path / "home")
    assert main(["withdraw", "--home", home, "a.jsonl"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("livehouse: No file 'a.jsonl' was ever loaded")
    assert error.count("\n") == 1
    assert main(["replay", "--home", home]) == 0
    assert capsys.readouterr().out.startswith("0 of 0 rejected line(s) came through.")
    assert main(["forget", "--home", home, "nobody", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["is_found"], told["lines"], told["traces"]["found"]) == (False, {}, [])
    assert main(["forget", "--home", home, "nobody"]) == 0
    assert capsys.readouterr().out.startswith("Not found")
