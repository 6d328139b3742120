"""The docs name only what exists: recipes, commands, settings, tables, files, links, SQL columns.

A failure names the page and what it says; correct the page, or bring back what it names.
"""

from __future__ import annotations

import argparse
import itertools
import re
import shlex
from typing import NamedTuple

import duckdb
import pytest
import yaml

from ingestion.contract import (
    ENVELOPE,
    EVENT_TYPES,
    LATEST_EVENT_AHEAD_HOURS,
    MAX_ID_LENGTH,
    PAYLOAD,
)
from ingestion.landing import SUFFIXES
from ingestion.reference import REFERENCE_TABLES
from ingestion.warehouse import EVENT_TABLES, REFERENCE_COLUMNS
from livehouse.cli import _parser
from livehouse.errors import JudgedError, LivehouseError, UsageError
from livehouse.settings import DBT_PROJECT_DIR, PROJECT_ROOT, Settings
from orchestration.journal import EXIT_CODES
from publishing.candidate import _RECEIPTS

PAGES = [
    PROJECT_ROOT / "README.md",
    PROJECT_ROOT / "CHANGELOG.md",
    *sorted((PROJECT_ROOT / "docs").rglob("*.md")),
]
TEXTS = {page.relative_to(PROJECT_ROOT).as_posix(): page.read_text() for page in PAGES}
README, CONTRACT = TEXTS["README.md"], TEXTS["docs/contract.md"]
MODELS = {path.stem: path.parent.name for path in (DBT_PROJECT_DIR / "models").glob("*/*.sql")}
TOP_FOLDERS = {path.name for path in PROJECT_ROOT.iterdir() if path.is_dir()} - {".git"}
# What a home or a landing folder holds is made by a run, not by the repository.
MADE_BY_A_RUN = ("livehouse_home/",)


class Named(NamedTuple):
    """Something that a page names."""

    page: str
    text: str


def code_of(text: str) -> list[str]:
    """Every line of every fenced block, and every inline span."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, flags=re.M | re.S)
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    return [line.strip() for block in blocks for line in block.splitlines()] + spans


def in_code(pattern: str) -> list[Named]:
    return [
        Named(page, found)
        for page, text in TEXTS.items()
        for code in code_of(text)
        for found in re.findall(pattern, code)
    ]


def in_text(pattern: str) -> list[Named]:
    return [Named(page, f) for page, text in TEXTS.items() for f in re.findall(pattern, text)]


def table_below(text: str, first_column: str) -> list[list[str]]:
    """The cells of the tables whose first header is `first_column`; there is at least one."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith(f"| {first_column} |")]
    assert starts, first_column
    rows = []
    for start in starts:
        for line in lines[start + 2 :]:
            if not line.startswith("|"):
                break
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def published_tables() -> set[str]:
    models = {f"{room}.{model}" for model, room in MODELS.items()}
    rooms = ("facts.", "marts.", "meta.")
    written = {"meta.parameters", *(f"meta.{name}" for name in _RECEIPTS)}
    return {table for table in models if table.startswith(rooms)} | written


def test_every_recipe_exists() -> None:
    recipes = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(), flags=re.M))
    named = in_code(r"\bmake ([a-z][a-z-]*)")
    assert {name.text for name in named} >= {"demo", "test"}
    assert [name for name in named if name.text not in recipes] == []


def subparsers_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (commands,) = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(commands.choices)


def test_every_command_and_flag_exists(capsys: pytest.CaptureFixture[str]) -> None:
    parser, refused = _parser(), []
    for subparser in subparsers_of(parser).values():
        subparser.allow_abbrev = False
    named = in_code(r"(?:^|[\s:])livehouse ([a-z][^|;&#]*)")
    commands = {name.text.split()[0] for name in named}
    for name in named:
        try:
            parser.parse_args(shlex.split(name.text))
        except SystemExit:
            refused.append((*name, capsys.readouterr().err.splitlines()[-1]))
    assert refused == []
    assert commands >= {"run", "status", "rejects", "releases", "rollback"}


def test_no_command_is_left_unexplained() -> None:
    explained = {name.text for name in in_code(r"(?:^|[\s:])livehouse ([a-z]+)")}
    assert set(subparsers_of(_parser())) - explained == set()


def test_every_setting_exists_with_its_default() -> None:
    environment = (PROJECT_ROOT / "livehouse/settings.py").read_text()
    places = set(re.findall(r'environ\.get\("(LIVEHOUSE_\w+)"', environment))
    settings = {f"LIVEHOUSE_{name.upper()}": value for name, value in vars(Settings()).items()}
    profile = (PROJECT_ROOT / "dbt_project/profiles.yml").read_text()
    known = places | set(settings) | set(re.findall(r"env_var\('(LIVEHOUSE_\w+)'", profile))
    named = in_text(r"LIVEHOUSE_[A-Z_]+")
    assert [name for name in named if name.text not in known] == []
    table = {names(row[0])[0]: row[1].strip("`") for row in table_below(README, "variable")}
    assert set(table) == places | set(settings)
    # The number of cores is the machine's.
    told = {name: table[name] for name in settings if name != "LIVEHOUSE_THREADS"}
    assert told == {name: str(settings[name]) for name in told}


def test_every_exit_code_is_explained() -> None:
    codes = {error.exit_code for error in (LivehouseError, UsageError, JudgedError)}
    codes |= set(EXIT_CODES.values())
    operations = TEXTS["docs/operations.md"]
    for rows in (table_below(README, "exit code"), table_below(operations, "code")):
        assert {int(row[0]) for row in rows} == codes


def test_every_table_exists() -> None:
    raw = {"files", "rejects", "touched_lives", "touched_days", "built_lives", "built"}
    raw |= REFERENCE_COLUMNS.keys()
    raw |= {name for table in EVENT_TABLES for name in (table, f"{table}_duplicates")}
    known = published_tables() | {f"raw.{name}" for name in raw}
    named = in_text(r"\b(?:facts|marts|meta|raw)\.[a-z]\w+")
    assert [name for name in named if name.text not in known] == []
    models = in_text(r"\b(?:stg|int|fct|dim)_\w*[a-z]\b")
    assert [name for name in models if name.text not in MODELS] == []


def test_every_published_table_is_in_the_readme() -> None:
    listed = {name for row in table_below(README, "table") for name in names(row[0])}
    missing = sorted(published_tables() - listed)
    assert not missing, f"add each with its grain to the table in README.md: {missing}"


def test_every_link_leads_somewhere() -> None:
    lost = []
    for page, target in in_text(r"\]\(([^)\s]+)\)"):
        path, _, anchor = target.partition("#")
        file = (PROJECT_ROOT / page).parent / path if path else PROJECT_ROOT / page
        if not file.exists() or (anchor and anchor not in _anchors(file.read_text())):
            lost.append(Named(page, target))
    assert lost == []


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_path_exists() -> None:
    named = [
        name
        for name in in_code(r"[\w.-]+(?:/[\w.*-]+)+/?")
        if name.text.split("/")[0] in TOP_FOLDERS and not name.text.startswith(MADE_BY_A_RUN)
    ]
    named += in_code(r"^[\w-]+\.(?:toml|lock|md|py)$|^Makefile$")
    assert len(named) > 20
    assert [name for name in named if not list(PROJECT_ROOT.glob(name.text.rstrip("/")))] == []


def test_the_walk_of_a_gift_is_one_chain() -> None:
    walk = [PROJECT_ROOT / row[0].split("](")[1].rstrip(")") for row in table_below(README, "file")]
    assert len(walk) == 8
    models = [path for path in walk if path.suffix == ".sql"]
    for earlier, later in itertools.pairwise(models):
        assert f"ref('{earlier.stem}')" in later.read_text(), (earlier.name, later.name)
    assert "source('raw', 'events')" in models[0].read_text()
    assert [path.parent.name for path in walk if path.suffix == ".py"] == [
        "ingestion",
        "ingestion",
        "publishing",
    ]


def test_every_example_query_fits_the_published_columns() -> None:
    queries = [
        Named(page, query)
        for page, text in TEXTS.items()
        for query in re.findall(r"^```sql\n(.*?)^```", text, flags=re.M | re.S)
    ]
    assert len(queries) > 2
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as lh")
        for catalog in ("memory", "lh"):
            connection.execute(f"use {catalog}")
            _create_empty_release(connection)
        connection.execute("use memory")
        for page, query in queries:
            for statement in duckdb.extract_statements(re.sub(r"attach .*?;", "", query)):
                try:
                    connection.execute(statement)
                except duckdb.Error as error:
                    pytest.fail(f"{page}: {error}\n{query}")


def _create_empty_release(connection: duckdb.DuckDBPyConnection) -> None:
    for room in ("facts", "marts", "meta"):
        connection.execute(f"create schema {room}")
        for path in (DBT_PROJECT_DIR / f"models/{room}").glob("*.yml"):
            for model in yaml.safe_load(path.read_text()).get("models", []):
                columns = ", ".join(f'"{c["name"]}" {c["data_type"]}' for c in model["columns"])
                connection.execute(f"create table {room}.{model['name']} ({columns})")
    for name, (_, columns) in _RECEIPTS.items():
        typed = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
        connection.execute(f"create table meta.{name} ({typed})")
    definitions = "".join(p.read_text() for p in (DBT_PROJECT_DIR / "macros/metrics").glob("*.sql"))
    sums = "'count'|'sum'|'strict_sum'|'seconds'|'model', 'is_additive': true"
    additive = set(re.findall(rf"'name': '(\w+)', 'how': (?:{sums})", definitions))
    ratio = r"'name': '(\w+)', 'numerator': '(\w+)',\s+'denominator': '(\w+)'"
    for name, over, under in re.findall(ratio, definitions):
        if {over, under} <= additive:
            body = f"sum({over}) / sum({under})"
            connection.execute(f"create macro {name}({over}, {under}) as {body}")


def test_the_contract_page_lists_the_envelope_and_the_payload() -> None:
    fields = {names(name)[0]: kind for name, kind, *_ in _event_fields()}
    assert fields == {field.name: field.kind for field in ENVELOPE}
    payload = {
        names(name)[0]: (kind, int(minimum) if minimum else None)
        for name, kind, minimum, _ in _payload_fields()
    }
    assert payload == {field.name: (field.kind, field.minimum) for field in PAYLOAD}


def _event_fields() -> list[list[str]]:
    return table_below(CONTRACT.split("## Payload fields")[0], "field")


def _payload_fields() -> list[list[str]]:
    return table_below(CONTRACT.split("## Payload fields")[1], "field")


def test_the_contract_page_lists_the_event_types() -> None:
    listed = {
        names(name)[0]: (needs, names(payload))
        for name, needs, payload in table_below(CONTRACT, "event type")
    }
    assert listed == {
        event_type.name: (
            " ".join(
                mark
                for mark, is_set in (
                    ("L", event_type.has_live),
                    ("C", event_type.has_creator and not event_type.has_live),
                    ("V", event_type.has_viewer),
                )
                if is_set
            ),
            event_type.payload,
        )
        for event_type in EVENT_TYPES.values()
    }


def test_the_contract_page_says_what_is_required() -> None:
    always = {names(row[0])[0] for row in _event_fields() if row[2] == "always"}
    assert always == {"event_id", "event_type", "event_ts"}
    (sentence,) = re.findall(r"^(.*) are required on (.*)\.", CONTRACT, flags=re.M)
    fields, event_types = (names(part) for part in sentence)
    required = {name: e.required for name, e in EVENT_TYPES.items() if e.required}
    assert required == dict.fromkeys(event_types, fields)


def test_the_contract_page_tells_the_limits() -> None:
    assert f"1 to {MAX_ID_LENGTH} characters" in CONTRACT
    assert f"more than {LATEST_EVENT_AHEAD_HOURS} hours in the future" in CONTRACT
    settings = Settings()
    assert f"at most {settings.max_line_bytes // 2**20} MiB" in CONTRACT
    least, share = settings.hold_back_min_rejects, settings.hold_back_reject_share
    for text in (README, CONTRACT):
        assert f"at least {least} and more than {share:.0%}".replace("%", " %") in text


def test_the_contract_page_lists_the_landing_and_reference_folders() -> None:
    folders = {
        names(folder)[0].rstrip("/"): names(files)
        for folder, files, _ in table_below(CONTRACT, "folder")
    }
    assert folders == SUFFIXES
    tables = {
        names(name)[0]: (names(key), names(columns))
        for name, key, columns in table_below(CONTRACT, "table")
    }
    for table in REFERENCE_TABLES.values():
        others = set(table.columns) - set(table.key) - {"valid_from"}
        key, columns = tables.pop(table.name)
        assert (key, set(columns)) == (table.key, others), table.name
    assert tables == {}


def test_the_contract_page_lists_the_channels() -> None:
    staging = (DBT_PROJECT_DIR / "models/staging/stg_dump__events.sql").read_text()
    (known,) = re.findall(r"when channel in \((.*?)\)", staging, flags=re.S)
    (listed,) = re.findall(r"The channels are (.*?); any", CONTRACT, flags=re.S)
    assert names(listed) == tuple(re.findall(r"'(\w+)'", known))
