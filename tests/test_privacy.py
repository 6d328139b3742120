"""Who watches stays private: pseudonyms, file modes, texts that are never kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import FirstNight
from small_project import write_dump, write_project
from test_ingestion import comment, write_events
from test_ingestion import night as load

from livehouse.errors import LivehouseError
from livehouse.key import home_key, pads, pseudonym, pseudonym_sql, tombstone, tombstone_sql
from livehouse.settings import PROJECT_ROOT, Home, Settings
from orchestration.corrections import forget_viewer
from orchestration.journal import Orders
from orchestration.night import run_night
from publishing.pseudonyms import OTHER_COLUMNS

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SETTINGS = Settings(threads=2)
VIEWER_FIELDS = ("viewer_id", "target_viewer_id", "guest_id")


def texts(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Every text column of a file with its distinct values."""
    with duckdb.connect(str(file), read_only=True) as reader:
        for table, column in reader.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns()"
            " where data_type = 'VARCHAR' and not internal"
        ).fetchall():
            values = reader.execute(f'select distinct "{column}" from {table}').fetchall()
            yield f"{table}.{column}", [value for (value,) in values if value is not None]


def viewers_of(landing: Path) -> set[str]:
    """The viewers of plain dumps, read with nothing of ours."""
    found = set()
    for path in (landing / "events").rglob("*.jsonl"):
        for line in path.read_text().splitlines():
            event = json.loads(line)
            fields = {**event, **(event.get("payload") or {})}
            found |= {str(fields[name]) for name in VIEWER_FIELDS if fields.get(name)}
    return found


@pytest.fixture(scope="module")
def house(first_night: FirstNight) -> Home:
    """A home after a night over simulated dumps, with the real models; nobody changes it."""
    assert first_night.code == 0, first_night
    return first_night.home


def test_no_viewer_of_the_landing_stands_in_the_published_file(house: Home) -> None:
    people = viewers_of(house.default_landing)
    assert len(people) > 300
    file = house.current / "livehouse.duckdb"
    seen = 0
    for column, values in texts(file):
        assert people.isdisjoint(values), column
        seen += len(values)
    assert seen > 5000
    some = sorted(people)[::40]
    for column, values in texts(file):
        for value in values:
            assert not any(person in value for person in some), (column, value)


def test_a_pseudonym_is_the_keyed_hash_of_the_id(house: Home) -> None:
    """Computed here with the standard library alone."""
    key = (house.root / "key").read_bytes().strip()
    people = viewers_of(house.default_landing)
    known = {
        "v" + hmac.new(key, person.encode(), hashlib.sha256).hexdigest()[:32] for person in people
    }
    with duckdb.connect(str(house.current / "livehouse.duckdb"), read_only=True) as reader:
        published = {
            viewer
            for (viewer,) in reader.execute(
                "select viewer_id from facts.fct_view union select viewer_id from facts.fct_gift"
                " union select subject_id from facts.fct_interval where kind = 'guest'"
            ).fetchall()
        }
        untouched = reader.execute(
            "select count(*), count(dim.creator_id) from facts.fct_live_session as live"
            " left join facts.dim_creator as dim using (creator_id)"
        ).fetchone()
    assert len(published) > 300
    assert published <= known
    assert untouched is not None and untouched[0] == untouched[1] > 0


def test_published_tables_still_join_on_the_viewer(house: Home) -> None:
    """The same people meet in the release as in the warehouse, where they have their names."""
    question = (
        "select count(*), count(distinct gift.viewer_id), count(view.viewer_id)"
        " from facts.fct_gift as gift left join"
        " (select distinct live_id, viewer_id from facts.fct_view) as view"
        " using (live_id, viewer_id)"
    )
    answers = []
    for file in (house.warehouse, house.current / "livehouse.duckdb"):
        with duckdb.connect(str(file), read_only=True) as reader:
            answers.append(reader.execute(question).fetchone())
    assert answers[0] == answers[1]
    assert answers[0] is not None and answers[0][2] > 0


def test_every_declared_column_is_published(house: Home) -> None:
    columns = {column for column, _ in texts(house.current / "livehouse.duckdb")}
    assert set(OTHER_COLUMNS) <= columns


def test_the_modes_keep_others_out(house: Home) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert mode(house.root) == 0o700
    assert mode(house.key) == 0o600
    assert mode(house.current / "livehouse.duckdb") == 0o444


def test_the_key_is_neither_published_nor_logged(house: Home) -> None:
    key = (house.root / "key").read_text().strip()
    assert len(key) == 64
    places = [*house.published.rglob("*.duckdb"), house.warehouse, *house.dbt_target.rglob("*")]
    for path in (*places, *(house.root / "logs").glob("*")):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path


def test_sql_and_python_make_the_same_hashes() -> None:
    """RFC 4231, test cases 2 and 6 shortened to our form: short key, and one above the block."""
    for key in (b"Jefe", b"\xaa" * 131):
        for person in ("what do ya want for nothing?", "7000000000000000011", "Zoë 'x'"):
            with duckdb.connect() as connection:
                row = connection.execute(
                    f"select {pseudonym_sql('who')}, {tombstone_sql('who')}"
                    " from (select $who as who)",
                    {**pads(key), "who": person},
                ).fetchone()
            assert row == (pseudonym(key, person), tombstone(key, person))
    # RFC 4231, test case 2
    assert pseudonym(b"Jefe", "what do ya want for nothing?") == "v5bdcc146bf60754e6a042426089575c7"


def test_a_home_keeps_its_key_and_another_has_another(tmp_path: Path) -> None:
    one, other = Home(tmp_path / "one"), Home(tmp_path / "other")
    assert home_key(one) == home_key(one) != home_key(other)
    one.key.chmod(0o644)
    home_key(one)
    assert stat.S_IMODE(one.key.stat().st_mode) == 0o600


def test_the_key_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("LIVEHOUSE_KEY", "a" * 32)
    assert home_key(home) == b"a" * 32
    assert not home.key.exists()
    monkeypatch.setenv("LIVEHOUSE_KEY", "short")
    with pytest.raises(LivehouseError, match="less than 32"):
        home_key(home)


def test_a_pseudonym_is_the_same_each_night(tmp_path: Path) -> None:
    home, project = Home(tmp_path / "home"), write_project(tmp_path / "project", **WITH_VIEWERS)
    seen = []
    for number in (1, 2):
        write_dump(home.default_landing, f"{number}.jsonl", {f"live-{number}": number})
        night = run_night(
            home, home.default_landing, SETTINGS, NOW.replace(hour=number), project=project
        )
        assert night.exit_code == 0, night
        with duckdb.connect(str(home.current / "livehouse.duckdb"), read_only=True) as reader:
            seen.append(
                reader.execute(
                    "select first_viewer_id from facts.fct_live_session where live_id = 'live-1'"
                ).fetchone()
            )
    assert seen[0] == seen[1] == (pseudonym(home_key(home), "viewer-0"),)


WITH_VIEWERS = {
    "fct_live_session": """
{{ config(contract={'enforced': false}) }}
select
    live_id,
    min(viewer_id) as first_viewer_id,
    count(*) filter (where event_type = 'impression') as impressions,
    true as has_impressions
from {{ ref('stg_dump__events') }}
where live_id is not null
group by live_id
"""
}


def test_what_was_said_is_not_kept(tmp_path: Path) -> None:
    """Of an accepted line; a rejected one keeps its text, or it could not be judged again."""
    home, landing = Home(tmp_path / "home"), tmp_path / "landing"
    said = "a word between us"
    write_events(
        landing / "events/a.jsonl",
        [comment(1, payload={"length": 17, "text": said}, text=said)],
    )
    capture = landing / "webcast/b.jsonl"
    capture.parent.mkdir()
    message = {
        "common": {"method": "WebcastChatMessage", "msgId": "81", "roomId": "9"},
        "user": {"id": "7", "nickname": said},
        "content": said,
    }
    message["common"]["createTime"] = "1780300000000"  # type: ignore[index]
    capture.write_text(json.dumps(message) + "\n")
    load(home, landing)
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        kept = reader.execute(
            "select (select count(*) from raw.events), (select min(comment_length)"
            " from raw.webcast_messages), (select count(*) from raw.rejects)"
        ).fetchone()
    assert kept == (1, 17, 0)
    for column, values in texts(home.warehouse):
        assert not any(said in value for value in values), column
    assert said.encode() not in home.warehouse.read_bytes()


def test_the_dagster_ui_listens_to_this_machine_alone() -> None:
    recipe = (PROJECT_ROOT / "Makefile").read_text().partition("\ndev:")[2].partition("\n\n")[0]
    (command,) = [line for line in recipe.splitlines() if "dagster dev" in line]
    assert " -h 127.0.0.1 " in command


@pytest.mark.long
def test_a_forgotten_viewer_is_in_no_column_and_no_byte(house: Home, tmp_path: Path) -> None:
    """With the real models: the viewer with the most lines, who joined as a guest nowhere."""
    home = Home(tmp_path / "home")
    shutil.copytree(house.root, home.root, symlinks=True)
    lines = [
        json.loads(line)
        for path in home.default_landing.rglob("events/**/*.jsonl")
        for line in path.read_text().splitlines()
    ]
    ((his, count),) = Counter(
        line.get("viewer_id") for line in lines if "viewer_id" in line
    ).most_common(1)
    others = sum(line["event_type"] == "room_enter" and line["viewer_id"] != his for line in lines)
    hidden = pseudonym(home_key(home), his)
    now = datetime.now(UTC)
    orders = Orders(home, home.default_landing, SETTINGS, now)
    done = forget_viewer(orders, his, lambda _: None, landing_too=True)
    assert done.is_clean, done.traces.found
    assert sum(done.lines.values()) >= count > 5
    assert len(done.releases) == 1
    for path in home.root.rglob("*"):
        if path.is_file() and path != home.tombstones:
            data = path.read_bytes()
            assert his.encode() not in data and hidden.encode() not in data, path
    for file in (home.warehouse, home.current / "livehouse.duckdb"):
        for column, values in texts(file):
            assert not any(his in value or hidden in value for value in values), column
    with duckdb.connect(str(home.current / "livehouse.duckdb"), read_only=True) as reader:
        assert reader.execute("select count(*) from facts.fct_view").fetchone() == (others,)
        assert reader.execute(
            "select sum(erased), sum(lines - accepted - duplicates - rejected - blank - erased)"
            " from meta.loads"
        ).fetchone() == (sum(done.lines.values()), 0)
    night = run_night(home, home.default_landing, SETTINGS, now + timedelta(hours=1))
    assert night.outcome == "nothing_new"
