"""What is spared around dbt changes nothing that it builds, refuses or tells."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import parsedatetime
import pytest
from dbt.compilation import Compiler
from dbt.parser.manifest import ManifestLoader

from livehouse.settings import DBT_PROJECT_DIR, Home, Settings
from orchestration import dbt_quicker, dbt_run
from orchestration.dbt_run import BuildResult, build, prepare_manifest
from orchestration.table_sizes import useful_threads

PROJECT = """
name: tiny
version: "1.0"
profile: livehouse
models:
  tiny: {+schema: facts, +materialized: table, +contract: {enforced: true}}
"""
CONTRACT = """
models:
  - name: lives
    columns:
      - {name: live_id, data_type: string}
      - {name: views, data_type: int}
"""
ROOMS = "{% macro generate_schema_name(name, node) %}{{ name }}{% endmacro %}\n"
KEPT = "select 'live-1' as live_id, {{ 3 + 4 }} as views\n"


@dataclass(frozen=True)
class Tiny:
    """A project of one model under a contract, with the real materialization."""

    home: Home
    project: Path

    def build(self, model: str, log: list[tuple[str, str]] | None = None) -> BuildResult:
        (self.project / "models/lives.sql").write_text(model)
        heard = [] if log is None else log
        return build(
            self.home,
            Settings(threads=2),
            target=self.home.dbt_target,
            project=self.project,
            on_log=lambda level, text: heard.append((level, text)),
        )

    def table(self) -> list[dict[str, object]]:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as connection:
            cursor = connection.execute("from facts.lives")
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    home, project = Home(tmp_path / "home"), tmp_path / "project"
    home.root.mkdir()
    (project / "models").mkdir(parents=True)
    (project / "macros").mkdir()
    (project / "dbt_project.yml").write_text(PROJECT)
    (project / "models/lives.yml").write_text(CONTRACT)
    (project / "macros/rooms.sql").write_text(ROOMS)
    for name in ("macros/made_in_one_step.sql", "macros/assert_contract.sql", "profiles.yml"):
        shutil.copy(DBT_PROJECT_DIR / name, project / name)
    return Tiny(home, project)


@pytest.mark.parametrize(
    ("model", "row_of_the_refusal"),
    [
        ("select 'live-1' as live_id, 8 as views, 1 as more", "more INTEGER missing in contract"),
        ("select 'live-1' as live_id", "views INTEGER missing in definition"),
        ("select 'live-1' as live_id, 0.5::double as views", "views DOUBLE INTEGER data type"),
    ],
)
def test_a_table_that_breaks_its_contract_is_refused_and_the_old_one_stays(
    tiny: Tiny, model: str, row_of_the_refusal: str
) -> None:
    assert tiny.build(KEPT).error == ""
    told = " ".join(tiny.build(model).error.replace("|", " ").split())
    assert "enforced contract" in told
    assert row_of_the_refusal in told
    assert tiny.table() == [{"live_id": "live-1", "views": 7}]


def test_the_order_of_columns_is_no_breach(tiny: Tiny) -> None:
    assert tiny.build("select 9 as views, 'live-2' as live_id").error == ""
    assert tiny.table() == [{"views": 9, "live_id": "live-2"}]


def test_a_view_takes_the_place_of_a_table_and_a_table_that_of_a_view(tiny: Tiny) -> None:
    as_view = "{{ config(materialized='view') }}\nselect 'live-1' as live_id, 8 as views\n"
    for model, kind, views in (
        (KEPT, "BASE TABLE", 7),
        (as_view, "VIEW", 8),
        (as_view.replace("8", "9"), "VIEW", 9),
        (KEPT, "BASE TABLE", 7),
    ):
        assert tiny.build(model).error == ""
        assert tiny.table() == [{"live_id": "live-1", "views": views}]
        with duckdb.connect(str(tiny.home.warehouse), read_only=True) as connection:
            found = connection.execute(
                "select table_name, table_type from information_schema.tables"
            ).fetchall()
        assert found == [("lives", kind)]


def test_what_goes_wrong_is_heard_and_what_nobody_reads_is_not_made(tiny: Tiny) -> None:
    log: list[tuple[str, str]] = []
    result = tiny.build("select no_such_column as live_id", log)
    assert "no_such_column" in result.error
    assert "no_such_column" in " ".join(text for level, text in log if level == "error")
    assert "debug" not in {level for level, _ in log}


def test_agate_learns_once_how_dates_are_written(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[object] = []
    learn = parsedatetime.Constants.__init__

    def heard(self: Any, *arguments: Any, **options: Any) -> None:
        learned.append(self)
        learn(self, *arguments, **options)

    monkeypatch.setattr(parsedatetime.Constants, "__init__", heard)
    assert tiny.build(KEPT).error == ""
    assert len(learned) == 1
    parsedatetime.Constants()
    assert len(learned) == 2


def test_a_template_is_kept_by_its_text_and_a_damaged_cache_is_none(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tiny.home.dbt_target / dbt_quicker.TEMPLATES

    def a_new_process() -> None:
        monkeypatch.setattr(dbt_quicker, "_known", {})
        (tiny.home.dbt_target / dbt_quicker.SQL).unlink(missing_ok=True)

    a_new_process()
    assert tiny.build(KEPT).error == ""
    whole = cache.read_bytes()
    a_new_process()
    assert tiny.build("select 'live-1' as live_id, {{ 3 + 5 }} as views\n").error == ""
    assert tiny.table() == [{"live_id": "live-1", "views": 8}]
    for damaged in _damaged(whole):
        cache.write_bytes(damaged)
        a_new_process()
        assert tiny.build(KEPT).error == ""
        assert tiny.table() == [{"live_id": "live-1", "views": 7}]
        assert b"live-1" in cache.read_bytes()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that dbt renders, as it does."""
    names: list[str] = []
    render = Compiler._compile_code

    def heard(self: Any, node: Any, *rest: Any) -> Any:
        names.append(node.name)
        return render(self, node, *rest)

    monkeypatch.setattr(Compiler, "_compile_code", heard)
    return names


def test_sql_is_kept_until_a_file_of_the_project_changes(tiny: Tiny, rendered: list[str]) -> None:
    views = tiny.project / "macros/views.sql"
    model = "select 'live-1' as live_id, {{ views() }} as views\n"
    views.write_text("{% macro views() %}7{% endmacro %}\n")
    assert tiny.build(model).error == ""
    assert tiny.build(model).error == ""
    assert rendered == ["lives"]
    assert tiny.table() == [{"live_id": "live-1", "views": 7}]
    views.write_text("{% macro views() %}8{% endmacro %}\n")
    assert tiny.build(model).error == ""
    assert rendered == ["lives", "lives"]
    assert tiny.table() == [{"live_id": "live-1", "views": 8}]


def test_a_damaged_cache_of_sql_is_none(tiny: Tiny, rendered: list[str]) -> None:
    cache = tiny.home.dbt_target / dbt_quicker.SQL
    assert tiny.build(KEPT).error == ""
    for damaged in _damaged(cache.read_bytes()):
        rendered.clear()
        cache.write_bytes(damaged)
        assert tiny.build(KEPT).error == ""
        assert rendered == ["lives"]
        assert tiny.table() == [{"live_id": "live-1", "views": 7}]


@pytest.mark.parametrize(
    "views",
    [
        "{{ env_var('VIEWS') }}",
        "{{ views() }}",
        "{{ run_query('select count(*) + 6 from facts.seen').columns[0][0] }}",
    ],
)
def test_sql_of_more_than_the_project_is_made_each_night(
    tiny: Tiny, rendered: list[str], monkeypatch: pytest.MonkeyPatch, views: str
) -> None:
    (tiny.project / "macros/views.sql").write_text(
        "{% macro views() %}{{ one_deeper() }}{% endmacro %}\n"
        "{% macro one_deeper() %}{{ env_var('VIEWS') }}{% endmacro %}\n"
    )
    model = f"select 'live-1' as live_id, {{% if execute %}}{views}{{% endif %}}::int as views\n"
    with duckdb.connect(str(tiny.home.warehouse)) as connection:
        connection.execute("create schema facts; create table facts.seen as select 1 as n")
    monkeypatch.setenv("VIEWS", "7")
    assert tiny.build(model).error == ""
    assert tiny.table() == [{"live_id": "live-1", "views": 7}]
    with duckdb.connect(str(tiny.home.warehouse)) as connection:
        connection.execute("insert into facts.seen values (2)")
    monkeypatch.setenv("VIEWS", "8")
    assert tiny.build(model).error == ""
    assert tiny.table() == [{"live_id": "live-1", "views": 8}]
    assert rendered == ["lives", "lives"]


@pytest.mark.parametrize("damage", [None, b"", b"nothing"])
def test_a_home_that_was_moved_is_parsed_again_only_where_what_dbt_saved_is_damaged(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    (tiny.project / "models/lives.sql").write_text(KEPT)
    parsed: list[str] = []
    load = ManifestLoader.load

    def heard(self: Any) -> Any:
        parsed.append(self.root_project.project_name)
        return load(self)

    monkeypatch.setattr(ManifestLoader, "load", heard)

    def a_night(home: Home, threads: int) -> str:
        monkeypatch.setattr(dbt_run, "_parsed", {})
        settings = Settings(threads=threads)
        _, manifest = prepare_manifest(home, settings, home.dbt_target, tiny.project)
        return build(
            home, settings, target=home.dbt_target, project=tiny.project, manifest=manifest
        ).error

    assert a_night(tiny.home, 2) == ""
    assert parsed == ["tiny"]
    moved = Home(tiny.home.root.with_name("moved"))
    tiny.home.root.rename(moved.root)
    if damage is not None:
        (moved.dbt_target / "partial_parse.msgpack").write_bytes(damage)
    assert a_night(moved, 1) == ""
    assert parsed == (["tiny"] if damage is None else ["tiny", "tiny"])
    assert Tiny(moved, tiny.project).table() == [{"live_id": "live-1", "views": 7}]


@pytest.mark.parametrize(
    ("rows", "threads", "useful"),
    [(0, 4, 1), (1, 4, 1), (122_880, 4, 1), (122_881, 4, 2), (600_000, 4, 4), (600_000, 2, 2)],
)
def test_no_more_threads_than_the_largest_table_gives_work_to(
    tmp_path: Path, rows: int, threads: int, useful: int
) -> None:
    home = Home(tmp_path)
    assert useful_threads(home, Settings(threads=threads)) == threads
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create table small as select 1 as n")
        connection.execute(f"create table large as from range({rows})")
    assert useful_threads(home, Settings(threads=threads)) == useful


def _damaged(whole: bytes) -> tuple[bytes, ...]:
    return (b"", b"nothing\n", whole[:-100], whole.replace(b"live", b"evil"))
