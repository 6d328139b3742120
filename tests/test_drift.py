"""What dumps carry beside the contract, and what of them may reach a terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.contract import ENVELOPE, EVENT_TYPES, FIELDS, Kind
from ingestion.load import stage
from ingestion.merge import LoadSummary, NewName, merge
from livehouse.cli import main
from livehouse.settings import Home, Settings
from livehouse.telling import printable

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
SETTINGS = Settings(threads=1)
OF_ANOTHER_KIND: dict[Kind, list[Any]] = {
    "id": [True, 1.5, {"a": 1}, ["a"], "7.5e18"],
    "text": [True, {"a": 1}],
    "integer": ["many", 1.5, True, {"a": 1}, [1]],
    "boolean": ["perhaps", 1, {"a": 1}],
    "timestamp": ["yesterday", True, {"a": 1}, "2026-03-01 12:00:00"],
}


def event(number: int, event_type: str = "comment", **changed: Any) -> dict[str, Any]:
    return {
        "event_id": f"e{number}", "event_type": event_type, "event_ts": "2026-03-01T12:00:00Z",
        "live_id": "L", "creator_id": "C", "viewer_id": "V", "channel": "fyp",
        "is_follower": False, "payload": {}, **changed,
    }  # fmt: skip


def write(landing: Path, name: str, events: list[dict[str, Any]]) -> None:
    path = landing / "events" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in events))


def load(home: Home, landing: Path) -> LoadSummary:
    stage(home, SETTINGS, landing, NOW)
    return merge(home, SETTINGS, {}, NOW)


def test_every_line_with_an_unknown_name_is_counted_and_told_once(tmp_path: Path) -> None:
    home, landing = Home(tmp_path / "home"), tmp_path / "landing"
    plain = [event(number) for number in range(50)]
    odd = [
        event(100, mood="blue"),
        event(101, payload={"mood": None, "length": 3}),
        event(102, event_type="wave", mood=1),
        event(103, mood=1, payload={"length": "many"}),  # rejected, and counted all the same
    ]
    write(landing, "a.jsonl", plain + odd)
    first = load(home, landing)
    path = "events/a.jsonl"
    assert first.new_names == (
        NewName("event_type", "wave", 1, 1, path),
        NewName("field", "mood", 3, 1, path),
        NewName("field", "payload.mood", 1, 1, path),
    )
    write(landing, "b.jsonl", [event(200, mood="red"), event(201, tint="red")])
    assert load(home, landing).new_names == (NewName("field", "tint", 1, 1, "events/b.jsonl"),)


def test_the_pass_finds_what_the_sample_did_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.drift.SAMPLE_LINES", 1)
    home, landing = Home(tmp_path / "home"), tmp_path / "landing"
    write(landing, "a.jsonl", [event(0), *(event(n, mood=1) for n in range(1, 8))])
    assert load(home, landing).new_names == (NewName("field", "mood", 7, 1, "events/a.jsonl"),)


def test_ids_as_keys_do_not_fill_the_table(tmp_path: Path) -> None:
    home, landing = Home(tmp_path / "home"), tmp_path / "landing"
    write(landing, "a.jsonl", [event(n, **{f"user-{n}": 1}) for n in range(130)])
    names = {name.name: name.lines for name in load(home, landing).new_names}
    assert len(names) == 101
    assert names["(other names)"] == 30


def test_a_parquet_file_tells_its_unknown_columns(tmp_path: Path) -> None:
    home, events = Home(tmp_path / "home"), tmp_path / "landing" / "events"
    events.mkdir(parents=True)
    duckdb.execute(
        f"""
        copy (
            select 'p' || i as event_id, 'comment' as event_type, 'L' as live_id, 'C' as creator_id,
                'V' as viewer_id, '2026-03-01T12:00:00Z' as event_ts,
                case when i < 2 then 'blue' end as mood, {{'length': i, 'tint': 'x'}} as payload
            from range(5) as t(i)
        ) to '{events}/a.parquet' (format parquet)
        """
    )
    path = "events/a.parquet"
    assert load(home, tmp_path / "landing").new_names == (
        NewName("field", "payload.tint", 5, 1, path),
        NewName("field", "mood", 2, 1, path),
    )


def test_a_parquet_file_whose_payload_is_text_is_read(tmp_path: Path) -> None:
    home, landing = Home(tmp_path / "home"), tmp_path / "landing"
    (landing / "events").mkdir(parents=True)
    texts = """('a', '{"count": 2, "odd": 1}'), ('b', '{"count": "many"}'), ('c', 'no json')"""
    duckdb.execute(
        f"""
        copy (
            select event_id, 'like' as event_type, '2026-03-01T10:00:00Z' as event_ts,
                'L' as live_id, 'C' as creator_id, 'v' as viewer_id, payload
            from (values {texts}) as dump (event_id, payload)
        ) to '{landing}/events/texts.parquet' (format parquet)
        """
    )
    load(home, landing)
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        assert reader.execute("select event_id, count from raw.events").fetchall() == [("a", 2)]
        assert reader.execute("select reason from raw.rejects order by line_no").fetchall() == [
            ("bad_count",),
            ("bad_payload",),
        ]
        assert reader.execute("select name, lines from raw.drift").fetchall() == [
            ("payload.odd", 1)
        ]


def test_a_field_of_another_type_is_rejected_by_its_name(tmp_path: Path) -> None:
    """Every field of the contract, in every event type that has it, with every wrong kind."""
    home, landing = Home(tmp_path / "home"), tmp_path / "landing"
    events, wanted = [], []
    cases = [(field.name, "comment", False) for field in ENVELOPE]
    cases += [(name, kind.name, True) for kind in EVENT_TYPES.values() for name in kind.payload]
    for name, event_type, is_payload in cases:
        for value in OF_ANOTHER_KIND[FIELDS[name].kind]:
            changed = {"payload": {name: value}} if is_payload else {name: value}
            events.append({**event(len(events), event_type), **changed})
            wanted.append((len(events), f"bad_{name}"))
    write(landing, "a.jsonl", events)
    load(home, landing)
    with duckdb.connect(str(home.warehouse), read_only=True) as db:
        found = db.execute("select line_no, reason from raw.rejects order by line_no").fetchall()
    assert found == wanted


def test_what_a_dump_holds_cannot_command_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, landing = Home(tmp_path / "home"), tmp_path / "landing"
    path = landing / "events" / "a\x1b[31m.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text('{"event_id": "\x1b]0;owned\x07\x9b2J\u202e"\n')
    load(home, landing)
    assert main(["rejects", "--home", str(home.root)]) == 0
    told = capsys.readouterr().out
    assert "\\x1b]0;owned\\x07\\x9b2J\\u202e" in told
    assert "a\\x1b[31m.jsonl:1: malformed_json" in told
    assert told.removesuffix("\n").isprintable()


def test_lines_and_letters_of_any_script_stay_as_they_are() -> None:
    assert printable("Zoë 直播\nnext") == "Zoë 直播\nnext"
    assert printable("tab\tbell\x07") == "tab\\tbell\\x07"
