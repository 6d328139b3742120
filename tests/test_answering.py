"""`livehouse review` and `livehouse explain`: what they tell stands in the release, or in raw."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from answers_home import AnswersHome

from livehouse.cli import main
from livehouse.explain import MARTS, TYPES_OF_MODELS, event_types
from livehouse.lock import home_lock

# Hides the rest of the line, moves the cursor, reorders what follows, breaks the line.
HOSTILE = "cheap\x1b[8m\x1b[2J\u202ebags\r\n\x9b31m\x07"


def told(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, *arguments: str
) -> tuple[int, str, str]:
    code = main([*arguments, "--home", str(answers.home.root)])
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture(scope="module")
def live(answers: AnswersHome) -> dict[str, Any]:
    """The ranked LIVE with the most dips, and of those the most views."""
    (row,) = answers.rows(
        "select lives.* from marts.live_sessions as lives inner join marts.live_trends using"
        " (live_id) where live_id in (select live_id from marts.live_review where worst_rank = 1)"
        " and live_id in (select period_id from marts.gmv_changes where split_method is not null)"
        " order by dip_count desc nulls last, views desc, live_id limit 1"
    )
    return row


def test_a_review_tells_what_the_marts_hold(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    code, text, _ = told(capsys, answers, "review", "--live", live["live_id"])
    assert code == 0
    assert f"views: {live['views']:,}  [marts.live_sessions views]" in text
    worst = answers.rows(
        "select metric, worst_rank from marts.live_review where live_id = ?"
        " and worst_rank is not null order by worst_rank",
        [live["live_id"]],
    )
    named = re.findall(r"^  (\d)\. (\w+) ", text, flags=re.M)
    assert named == [(str(row["worst_rank"]), row["metric"]) for row in worst]
    assert len(named) == 3
    dips = answers.rows(
        "select metric, start_ts from marts.live_dips where live_id = ? order by start_ts, metric",
        [live["live_id"]],
    )
    assert dips
    assert re.findall(r"^  (\w+) (\S+ \S+) to .* lost, ", text, flags=re.M) == [
        (dip["metric"], f"{dip['start_ts']:%Y-%m-%d %H:%M}") for dip in dips
    ]


def test_the_terms_of_a_review_sum_to_the_change(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    _, text, _ = told(capsys, answers, "review", "--json", "--live", live["live_id"])
    head, *terms = json.loads(text)["gmv_change"]
    change = float(head["values"]["gmv_change"])
    parts = [
        value
        for term in terms
        for name, value in term["values"].items()
        if name.startswith("gmv_decomposition_")
    ]
    assert len(parts) == 5
    assert sum(parts) == pytest.approx(change, abs=0.01)


def test_every_number_of_a_review_has_a_receipt_that_exists(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    _, text, _ = told(capsys, answers, "review", "--json", "--live", live["live_id"])
    columns = {
        (row["place"], row["column_name"])
        for row in answers.rows(
            "select schema_name || '.' || table_name as place, column_name from duckdb_columns()"
        )
    }
    receipts = {
        receipt
        for section in json.loads(text).values()
        if isinstance(section, list)
        for line in section
        for receipt in line["receipts"]
    }
    assert len(receipts) > 40
    for receipt in receipts - {"marts.gmv_changes", "marts.live_dips.had_*"}:
        place, _, column = receipt.rpartition(".")
        assert (place, column) in columns


def test_only_effects_that_exclude_1_are_called_sure(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    _, text, _ = told(capsys, answers, "review", "--json", "--live", live["live_id"])
    effects = [line["values"] for line in json.loads(text)["effects"]]
    (count,) = answers.rows(
        "select count(effect_ratio) as judged, count(*) filter (where ci_low > 1 or ci_high < 1)"
        " as sure from marts.event_effects where live_id = ?",
        [live["live_id"]],
    )
    assert count in effects
    assert count["sure"] < count["judged"]
    listed = [effect for effect in effects if "ci_low" in effect]
    assert listed
    assert all(effect["ci_low"] > 1 or effect["ci_high"] < 1 for effect in listed)


@pytest.fixture
def hostile(answers: AnswersHome, tmp_path: Path) -> AnswersHome:
    """A home whose release has typed into it what a seller could type, and knows little else."""
    home = type(answers.home)(tmp_path / "home")
    release = home.releases / "20260601T000000Z"
    release.mkdir(parents=True)
    shutil.copy(answers.release, release / "livehouse.duckdb")
    home.current.symlink_to(release)
    with duckdb.connect(str(release / "livehouse.duckdb")) as connection:
        connection.execute("delete from marts.live_sessions where live_id <> $1", ["L1"])
        (row,) = answers.rows("select * from marts.live_sessions limit 1")
        row |= dict.fromkeys(row)
        row |= {"live_id": "L1", "title": HOSTILE, "category": HOSTILE, "market": HOSTILE}
        row |= {"live_start_ts": datetime(2026, 1, 1), "is_qualifying": False}
        _insert(connection, "marts.live_sessions", row)
        (session,) = answers.rows("select * from facts.fct_live_session limit 1")
        session |= dict.fromkeys(session)
        session |= {name: name != "has_orders" for name in session if name.startswith("has_")}
        _insert(connection, "facts.fct_live_session", session | {"live_id": "L1"})
    return AnswersHome(answers.world, tmp_path, home, {})


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
    )


def test_what_a_seller_typed_never_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str], hostile: AnswersHome
) -> None:
    code, text, _ = told(capsys, hostile, "review", "--live", "L1")
    assert code == 0
    assert all(character == "\n" or character.isprintable() for character in text)
    assert r"cheap\x1b[8m\x1b[2J\u202ebags\r\n\x9b31m\x07" in text.splitlines()[0]


def test_what_is_not_known_is_said_and_never_0(
    capsys: pytest.CaptureFixture[str], hostile: AnswersHome
) -> None:
    _, text, _ = told(capsys, hostile, "review", "--live", "L1")
    assert "views: not enough data" in text
    assert "not enough data to look for dips" in text
    assert "not enough data: no LIVE of the creator before it" in text
    assert "the source carries no orders: what is counted from it is not known, not 0" in text
    assert "too short or too few views to be compared" in text
    assert not re.search(r": 0\b", text)
    code, text, _ = told(capsys, hostile, "explain", "gmv", "--live", "L1")
    assert code == 0
    assert "gmv of LIVE L1: NULL" in text
    assert "NULL because the source of the LIVE carries no orders" in text
    assert "Raw lines: the warehouse is not there" in text


@pytest.mark.parametrize(
    ("metric", "event_type"),
    [("views", "room_enter"), ("impressions", "impression"), ("comments", "comment")],
)
def test_the_lines_behind_a_count_are_as_many_as_it_says(
    capsys: pytest.CaptureFixture[str],
    answers: AnswersHome,
    live: dict[str, Any],
    metric: str,
    event_type: str,
) -> None:
    code, text, _ = told(
        capsys, answers, "explain", metric, "--live", live["live_id"], "--json",
        "--landing", str(answers.landing),
    )  # fmt: skip
    assert code == 0
    explained = json.loads(text)
    assert explained["value"] == live[metric]
    assert {file["event_type"] for file in explained["files"]} == {event_type}
    assert sum(file["in_live"] for file in explained["files"]) == live[metric]
    # The files themselves say so, too.
    counted = 0
    for name in {file["path"] for file in explained["files"]}:
        for line in (answers.landing / name).read_text().splitlines():
            event = json.loads(line)
            counted += (event.get("live_id"), event["event_type"]) == (live["live_id"], event_type)
    assert sum(file["lines"] for file in explained["files"]) == counted
    assert len(explained["examples"]) == 5
    for example in explained["examples"]:
        lines = (answers.landing / example["path"]).read_text().splitlines()
        assert json.loads(lines[example["line_no"] - 1])["event_id"] == example["event_id"]


def test_a_ratio_is_told_by_its_parts(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    _, text, _ = told(capsys, answers, "explain", "err", "--live", live["live_id"])
    assert f"Numerator {live['views']:,}, denominator {live['impressions']:,}" in text
    assert "Means: Enter room rate: views per impression" in text
    # The dumps end weeks before the refunds of their last LIVE may.
    _, text, _ = told(capsys, answers, "explain", "refund_rate", "--live", live["live_id"])
    assert "NULL because refunded_lines: its window has not passed yet" in text


def test_every_number_of_a_live_can_be_explained(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    metrics = answers.rows("select * from meta.metrics")
    of_live = [row for row in metrics if set(row["grains"].split()) & set(MARTS)]
    measures = [row for row in of_live if row["kind"] == "measure"]
    assert len(measures) > 100
    missing = [row["metric"] for row in measures if not event_types(row)]
    assert missing == [], "name the events of each in TYPES_OF_MODELS (livehouse/explain.py)"
    needless = [
        row["metric"]
        for row in metrics
        if row["metric"] in TYPES_OF_MODELS and "event_type" in row["formula"]
    ]
    assert set(TYPES_OF_MODELS) <= {row["metric"] for row in measures}
    assert needless == []
    # One of each kind, null rule and home of the number.
    kinds = {(row["kind"], row["null_rule"], row["grains"][:1]): row for row in of_live}
    assert len(kinds) > 12
    for row in kinds.values():
        code, text, problem = told(
            capsys, answers, "explain", row["metric"], "--live", live["live_id"], "--examples", "0"
        )
        assert (code, problem) == (0, ""), row["metric"]
        assert "NULL" not in text.splitlines()[0] or "NULL because" in text, text


def test_what_is_not_there_is_refused_with_what_is_near(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    (newest,) = answers.rows("select max_by(live_id, live_start_ts) as id from marts.live_sessions")
    near = live["live_id"][:-1] + ("1" if live["live_id"][-1] == "0" else "0")
    for arguments, remedy in (
        (("review", "--live", "nobody"), newest["id"]),
        (("review", "--live", near), live["live_id"]),
        (("explain", "erd", "--live", live["live_id"]), "err"),
        (("explain", "wow_return_rate", "--live", live["live_id"]), "marts.creators_weekly"),
    ):
        code, text, problem = told(capsys, answers, *arguments)
        assert (code, text) == (2, "")
        assert remedy in problem
        assert problem.count("\n") == 1


def test_while_a_night_runs_the_value_is_told_without_its_lines(
    capsys: pytest.CaptureFixture[str], answers: AnswersHome, live: dict[str, Any]
) -> None:
    with home_lock(answers.home, datetime(2026, 6, 1, tzinfo=UTC)):
        code, text, _ = told(capsys, answers, "explain", "views", "--live", live["live_id"])
    assert code == 0
    assert f"views of LIVE {live['live_id']}: {live['views']:,} count" in text
    assert "Raw lines: not told: A night is running" in text
