"""A release that starts as a copy of the last one: which rows change, and when it may not.

The warehouse is typed by hand. A row that was changed and is not listed as rebuilt tells the two
ways apart: what is replaced in parts still shows it as it was, what is copied as a whole does not.
Nights with the real models: test_rebuilding.py.
"""

from __future__ import annotations

import hashlib
import stat
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from test_publishing import OLDEST_CLIENT

from livehouse.key import pseudonym
from livehouse.settings import Home
from publishing import candidate, last_release
from publishing.candidate import Models, build_candidate
from publishing.last_release import RebuiltBy
from publishing.release import publish, rollback

NOW = datetime(2026, 1, 1, 2)
KEY = b"k" * 40
LISTED = ("intermediate", "rebuilt")
BY_LIVE = RebuiltBy(("live_id",), LISTED)
VIEWS = "select live_id, n from facts.fct_view order by all"
OLD, IN_PARTS = [("a", 1), ("b", 2), ("c", 3)], [("a", 10), ("b", 2), ("c", 3), ("d", 4)]
AS_A_WHOLE = [("a", 10), ("b", 99), ("c", 3), ("d", 4)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three LIVEs, published by the build `one`."""
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.key.write_bytes(KEY)
    home.key.chmod(0o600)
    change(
        home,
        """
        create schema facts; create schema marts; create schema meta; create schema raw;
        create schema intermediate;
        create table raw.built (fingerprint varchar, build_id varchar);
        insert into raw.built values ('models', 'one');
        create table intermediate.rebuilt (live_id varchar, viewer_id varchar, day date);
        create table facts.fct_view (live_id varchar, viewer_id varchar, day date, n integer);
        insert into facts.fct_view values
            ('a', 'ann', '2026-01-01', 1), ('b', 'ben', '2026-01-01', 2), ('c', 'ann', null, 3);
        comment on column facts.fct_view.n is 'How many.';
        create table facts.fct_small (live_id varchar);
        create table marts.leaving (live_id varchar);
        create table meta.metrics (
            metric varchar, kind varchar, numerator varchar, denominator varchar, scale double,
            lower_bound double, upper_bound double, above_one varchar, null_rule varchar,
            feed varchar, status varchar, is_additive boolean, description varchar);
        insert into meta.metrics values
            ('n', 'measure', 'x', '', 1, 0, null, 'none', 'N0', '', 'computed', true, 'N.'),
            ('m', 'measure', 'x', '', 1, 0, null, 'none', 'N0', '', 'computed', true, 'M.'),
            ('old', 'ratio', 'n', 'm', 1, 0, null, 'none', 'ND', '', 'computed', false, 'O.'),
            ('stays', 'ratio', 'n', 'm', 1, 0, null, 'none', 'ND', '', 'computed', false, 'S.');
        """,
    )
    release(home, 0)
    assert read(home, VIEWS) == OLD
    return home


def change(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.warehouse)) as db:
        db.execute(sql)


def build(home: Home, build_id: str, more: str = "") -> None:
    """LIVE a is rebuilt and d is new; b changed without being listed."""
    change(
        home,
        f"""
        update raw.built set build_id = '{build_id}';
        delete from intermediate.rebuilt;
        insert into intermediate.rebuilt values
            ('a', 'ann', '2026-01-01'), ('d', 'dan', '2026-01-02');
        delete from facts.fct_view where live_id in ('a', 'd');
        insert into facts.fct_view values
            ('a', 'ann', '2026-01-01', 10), ('d', 'dan', '2026-01-02', 4);
        update facts.fct_view set n = 99 where live_id = 'b';
        {more};
        """,
    )


def release(
    home: Home,
    day: int,
    goes_on_from: str | None = None,
    by: RebuiltBy = BY_LIVE,
    *,
    max_waste: float = 1.0,
    descriptions: dict[str, str] | None = None,
) -> str:
    now = NOW + timedelta(days=day)
    release_id = f"{now:%Y%m%dT%H%M%SZ}"
    models = Models(descriptions or {}, {("facts", "fct_view"): by})
    build_candidate(home, release_id, now, models, goes_on_from, max_waste)
    return publish(home, release_id, [], 7, now).release_id


def published(home: Home) -> Path:
    return home.current / "livehouse.duckdb"


def read(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(published(home)), read_only=True) as db:
        return db.execute(sql).fetchall()


def test_rebuilt_rows_are_replaced_and_the_others_taken_over(home: Home) -> None:
    build(home, "two", "insert into facts.fct_small values ('s')")
    release(home, 1, "one")
    assert read(home, VIEWS) == IN_PARTS
    assert read(home, "from facts.fct_small") == [("s",)]


def test_viewers_of_old_and_new_rows_have_their_pseudonyms(home: Home) -> None:
    build(home, "two")
    release(home, 1, "one")
    assert read(home, "select live_id, viewer_id from facts.fct_view order by all") == [
        (live_id, pseudonym(KEY, name))
        for live_id, name in (("a", "ann"), ("b", "ben"), ("c", "ann"), ("d", "dan"))
    ]


def test_one_release_after_the_other_goes_on(home: Home) -> None:
    build(home, "two")
    release(home, 1, "one")
    build(home, "three", "delete from facts.fct_view where live_id = 'a'")
    release(home, 2, "two")
    assert read(home, VIEWS) == [("b", 2), ("c", 3), ("d", 4)]
    assert read(home, "select count(*), count(distinct build_seal) from meta.releases") == [(3, 3)]


def test_rows_go_by_all_columns_together(home: Home) -> None:
    build(home, "two", "insert into intermediate.rebuilt values ('b', 'ben', '2026-01-09')")
    release(home, 1, "one", RebuiltBy(("live_id", "day"), LISTED))
    assert read(home, VIEWS) == IN_PARTS


def test_rows_go_by_viewers_whom_the_release_names_otherwise(home: Home) -> None:
    by = RebuiltBy(("viewer_id", "live_id"), LISTED)
    build(home, "two", "delete from facts.fct_view where live_id = 'c';"
          " insert into intermediate.rebuilt values ('c', 'ann', null)")  # fmt: skip
    models = Models(rebuilt={("facts", "fct_view"): by})
    candidate = build_candidate(home, "20260102T020000Z", NOW, models, "one", 1.0)
    # the list of the warehouse tells nobody in the release: gate 2 judges all rows
    assert candidate.rebuilt == {}
    publish(home, "20260102T020000Z", [], 7, NOW)
    names = "select live_id, viewer_id, n from facts.fct_view order by all"
    assert read(home, names) == [
        (live_id, pseudonym(KEY, name), n)
        for live_id, name, n in (("a", "ann", 10), ("b", "ben", 2), ("d", "dan", 4))
    ]


@pytest.mark.parametrize(
    ("what", "sql", "by"),
    [
        ("no list", "drop table intermediate.rebuilt", BY_LIVE),
        (
            "a list that shows what is listed now",
            "create table raw.listed as from intermediate.rebuilt; drop table intermediate.rebuilt;"
            " create view intermediate.rebuilt as from raw.listed",
            BY_LIVE,
        ),
        ("a new column", "alter table facts.fct_view add column more integer", BY_LIVE),
        ("another type", "alter table facts.fct_view alter n type bigint", BY_LIVE),
        (
            "a row that nobody listed",
            "insert into facts.fct_view values ('e', 'eve', null, 5)",
            BY_LIVE,
        ),
    ],
)
def test_a_table_in_doubt_is_copied_as_a_whole(
    home: Home, what: str, sql: str, by: RebuiltBy
) -> None:
    build(home, "two", sql)
    release(home, 1, "one", by)
    more = [("e", 5)] if what == "a row that nobody listed" else []
    assert read(home, VIEWS) == AS_A_WHOLE + more
    names = read(home, "select viewer_id from facts.fct_view where live_id = 'b'")
    assert names == [(pseudonym(KEY, "ben"),)]


@pytest.mark.parametrize(
    "why",
    ["a full build", "a build that was never shown", "a rollback", "another key",
     "another version", "other rules", "too much waste"],
)  # fmt: skip
def test_a_release_in_doubt_takes_nothing_over(
    home: Home, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on_from: str | None = "one"
    if why == "a full build":
        goes_on_from = None
    elif why == "a build that was never shown":  # judged, or killed before it was published
        goes_on_from = "between"
    elif why == "a rollback":
        change(home, "update raw.built set build_id = 'between'")
        release(home, 1)
        rollback(home, None)
        goes_on_from = "between"
    elif why == "another key":
        home.key.write_bytes(b"another" * 6)
    elif why == "another version":
        monkeypatch.setattr(last_release, "version", lambda _: "99.0")
    elif why == "other rules":  # what the last release was judged by
        monkeypatch.setattr(candidate, "fingerprint_of_rules", lambda: "other")
    monkeypatch.setattr(candidate, "copy_file", lambda *_: pytest.fail("it was taken over"))
    build(home, "two")
    release(home, 2, goes_on_from, max_waste=-1.0 if why == "too much waste" else 1.0)
    assert read(home, VIEWS) == AS_A_WHOLE


def test_after_a_rollback_and_back_again_it_goes_on(home: Home) -> None:
    build(home, "two", "update facts.fct_view set n = 2 where live_id = 'b'")
    newest = release(home, 1, "one")
    rollback(home, None)
    rollback(home, newest)
    build(home, "three")
    release(home, 2, "two")
    assert read(home, VIEWS) == IN_PARTS


def test_deleted_rows_and_free_blocks_are_waste(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "file.duckdb")) as db:
        db.execute("create table t as select range as n from range(1000)")
        assert last_release.waste(db) == 0
        db.execute("delete from t where n < 400; checkpoint")
        assert last_release.waste(db) == pytest.approx(0.4)


def test_the_published_file_is_neither_written_nor_linked_to(home: Home) -> None:
    old = published(home).resolve()
    before = hashlib.sha256(old.read_bytes()).hexdigest(), old.stat().st_mtime_ns
    build(home, "two")
    release(home, 1, "one")
    new = published(home).resolve()
    assert (hashlib.sha256(old.read_bytes()).hexdigest(), old.stat().st_mtime_ns) == before
    for file in (old, new):
        assert stat.S_IMODE(file.stat().st_mode) == 0o444
        assert file.stat().st_nlink == 1
        assert [path.name for path in file.parent.iterdir()] == ["livehouse.duckdb"]


def test_a_table_copied_as_a_whole_has_tonights_rows_columns_and_comments(home: Home) -> None:
    described = {"facts.fct_small": "Few.", "facts.fct_small.live_id": "The LIVE."}
    comments = (
        "select column_name, comment from duckdb_columns() where table_name = 'fct_small'"
        " union all select '', comment from duckdb_tables() where table_name = 'fct_small'"
        " order by all"
    )
    build(home, "two", "insert into facts.fct_small values ('s'), ('t')")
    release(home, 1, "one", descriptions=described)
    build(home, "three", "delete from facts.fct_small where live_id = 's'")
    release(home, 2, "two", descriptions=described | {"facts.fct_small": "Fewer."})
    assert read(home, "from facts.fct_small") == [("t",)]
    assert read(home, comments) == [("", "Fewer."), ("live_id", "The LIVE.")]
    build(home, "four", "alter table facts.fct_small add column n integer default 7")
    release(home, 3, "three", descriptions=described)
    assert read(home, "from facts.fct_small") == [("t", 7)]
    assert read(home, comments) == [("", "Few."), ("live_id", "The LIVE."), ("n", None)]


def test_a_view_that_is_the_same_keeps_its_comment_and_another_is_made_anew(home: Home) -> None:
    shown = "create or replace view marts.shown as select live_id, n from facts.fct_view"
    change(home, shown + "; create view marts.leaves as from facts.fct_small")
    described = {"marts.shown": "As it is.", "marts.shown.n": "How many."}
    seen = "select live_id, n from marts.shown order by all"
    comments = "select comment from duckdb_columns() where table_name = 'shown' order by all"
    release(home, 1, descriptions=described)
    build(home, "two", "drop view marts.leaves")
    release(home, 2, "one", descriptions=described)
    assert read(home, seen) == IN_PARTS
    assert read(home, comments) == [("How many.",), (None,)]
    assert read(home, "select view_name from duckdb_views() where not internal") == [("shown",)]
    build(home, "three", shown.replace(" n ", " -n as n "))
    release(home, 3, "two", descriptions=described)
    assert read(home, seen) == [(live, -n) for live, n in IN_PARTS]
    assert read(home, comments) == [("How many.",), (None,)]


def test_a_view_is_new_where_its_table_is(home: Home) -> None:
    change(home, "create view marts.shown as from facts.fct_view")
    models = Models(
        rebuilt={("facts", "fct_view"): BY_LIVE},
        shown={("marts", "shown"): ("facts", "fct_view"), ("marts", "x"): ("facts", "fct_small")},
    )
    release(home, 1)
    build(home, "two")
    candidate = build_candidate(home, "20260103T020000Z", NOW, models, "one", 1.0)
    assert candidate.rebuilt == {("facts", "fct_view"): BY_LIVE, ("marts", "shown"): BY_LIVE}
    whole = build_candidate(home, "20260104T020000Z", NOW, models)
    assert whole.rebuilt == {}


def test_what_the_models_no_longer_have_is_gone(home: Home) -> None:
    build(
        home,
        "two",
        "drop table marts.leaving; delete from meta.metrics where metric = 'old';"
        " comment on column facts.fct_view.day is 'The day.';",
    )
    release(home, 1, "one", descriptions={"facts.fct_view": "Views."})
    assert read(home, VIEWS) == IN_PARTS
    assert read(home, "select table_name from duckdb_tables() where schema_name = 'marts'") == []
    assert read(
        home, "select distinct function_name from duckdb_functions() where not internal"
    ) == [("stays",)]
    assert read(home, "select comment from duckdb_tables() where table_name = 'fct_view'") == [
        ("Views.",)
    ]
    assert read(
        home,
        "select column_name, comment from duckdb_columns() where table_name = 'fct_view'"
        " and comment is not null order by all",
    ) == [("day", "The day."), ("n", "How many.")]


@pytest.mark.skipif(
    not OLDEST_CLIENT.exists(),
    reason="no .venv-oldest-client: make test builds it from requirements-oldest-client.lock",
)
def test_the_oldest_client_reads_a_release_with_replaced_rows(home: Home) -> None:
    build(home, "two")
    release(home, 1, "one")
    program = """
import duckdb, sys
db = duckdb.connect(sys.argv[1], read_only=True)
print(db.execute("select live_id, n from facts.fct_view order by all").fetchall())
"""
    done = subprocess.run(
        [str(OLDEST_CLIENT), "-c", program, str(published(home))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.stdout.strip()) == ("", str(IN_PARTS))
    assert read(
        home, "select tags['storage_version'] from duckdb_databases() where not internal"
    ) == [("v1.0.0+",)]
