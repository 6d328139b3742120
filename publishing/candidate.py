"""Builds the next release as a file of its own, beside the releases and seen by nobody.

Belongs here: the copy of facts, marts and meta with comments, the receipts, views and macros, and
what a published file must be (types, storage version, no write-ahead log). Does not: what is taken
over from the last release (last_release.py), showing the file (release.py), judging it
(data_quality).
"""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from data_quality.candidate import fingerprint_of_rules
from data_quality.check import Check
from data_quality.comments import MISSING_COMMENTS
from data_quality.definitions import read_definitions, take_apart
from livehouse.errors import LivehouseError
from livehouse.key import home_key
from livehouse.profile import Span
from livehouse.settings import Home, Settings, duckdb_memory
from livehouse.sql_text import literal, quoted
from publishing import restatements, run_profile
from publishing.last_release import (
    RebuiltBy,
    Table,
    build_of,
    copy_file,
    has_as_many_rows,
    keep,
    seal,
    shows,
    tables_of,
    views_of,
)
from publishing.macros import macros_of
from publishing.pseudonyms import create_pseudonyms, hidden, viewer_columns
from publishing.release_id import checked_id

FILE_NAME = "livehouse.duckdb"
SCHEMAS = ("facts", "marts", "meta")
STORAGE_VERSION = "v1.0.0"
"""Every DuckDB client from 1.1 on opens it."""
BLOCK_SIZE = 65_536
"""Bytes, a quarter of DuckDB's own: most columns hold a few rows, and each takes whole blocks. Not
for the warehouse: what of it does not fit into memory is then spilled to a file for each block.
"""

BI_SAFE_TYPES = (
    "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "DECIMAL(18,2)",
)  # fmt: skip
"""What every BI tool reads without loss, by measurement."""

_RECEIPTS = {
    "releases": (
        "The releases that led to this file, the newest being this one.",
        {
            "release_id": ("VARCHAR", "Time of publishing in UTC, the name of the release."),
            "published_at": ("TIMESTAMP", "When the release was built, in UTC."),
            "livehouse_version": ("VARCHAR", "The version of Livehouse that built it."),
            "as_of_ts": ("TIMESTAMP", "The newest event in it, in UTC; NULL without any event."),
            "live_sessions": ("BIGINT", "The number of LIVEs in it."),
            "restated_rows": (
                "BIGINT",
                "LIVEs of which a published number changed against the release before, or that are"
                " gone; NULL without a release before. meta.restatements has the numbers.",
            ),
            "build_seal": (
                "VARCHAR",
                "Which build of the warehouse it shows, as a hash under the home's key: by it the"
                " next night knows whether it may go on from this file. NULL where it may not.",
            ),
        },
    ),
    "restatements": (restatements.COMMENT, restatements.COLUMNS),
    "run_profile": (run_profile.COMMENT, run_profile.COLUMNS),
    "checks": (
        "What both gates said about this release, one row a check.",
        {
            "name": ("VARCHAR", "A sentence that is true when all is well."),
            "gate": ("VARCHAR", "delivery: before loading; candidate: before publishing."),
            "table_name": ("VARCHAR", "The table judged, as schema.table; empty for the file."),
            "metric": ("VARCHAR", "The metric or column judged; empty where it is about none."),
            "severity": ("VARCHAR", "error stops a release or a file; warning only tells."),
            "is_passed": ("BOOLEAN", "Whether the sentence is true."),
            "expected": ("VARCHAR", "What was expected."),
            "observed": ("VARCHAR", "What was seen, of all rows or of the rebuilt ones."),
            "examples": ("VARCHAR", "Up to five failing rows, as a JSON list of objects."),
            "checked_at": ("TIMESTAMP", "When it was judged, in UTC."),
        },
    ),
}


@dataclass(frozen=True)
class Models:
    """What the models say of the tables that are published.

    `descriptions` become comments, by schema.table and schema.table.column; what is not named
    there keeps the warehouse's own comment. `rebuilt` are the tables of which a night in parts
    replaces only rows. `shown` maps a view to the one table of which it shows the rows.
    """

    descriptions: Mapping[str, str] = field(default_factory=dict)
    rebuilt: Mapping[Table, RebuiltBy] = field(default_factory=dict)
    shown: Mapping[Table, Table] = field(default_factory=dict)


_NO_MODELS = Models()


@dataclass(frozen=True)
class Candidate:
    """The file of the next release. Of the tables and views in `rebuilt` only those rows are new
    that the warehouse lists, all others are as they were published last.
    """

    path: Path
    rebuilt: Mapping[Table, RebuiltBy] = field(default_factory=dict)


def build_candidate(
    home: Home,
    release_id: str,
    now: datetime,
    models: Models = _NO_MODELS,
    goes_on_from: str | None = None,
    max_waste: float = 0.0,
    memory_limit: str = Settings.memory_limit,
) -> Candidate:
    """Build the file of the next release from the warehouse.

    `goes_on_from` is the build of which tonight's replaced parts, None where it built everything.
    Where the current release shows just that one, with no more waste than `max_waste` in its file
    (last_release.py), the candidate starts as its copy, and what was rebuilt is replaced.
    Viewers stand in it under their pseudonyms (pseudonyms.py).
    What an interrupted build left behind is removed first. `now` is UTC without a zone. Raises
    LivehouseError where the warehouse is missing, holds nothing to publish, has a column whose type
    is not BI-safe, or a view that shows what is not published.
    """
    checked_id(release_id)
    if not home.warehouse.exists():
        raise LivehouseError(
            "there is no warehouse to publish from",
            where=str(home.warehouse),
            remedy="Load something first: livehouse run.",
        )
    shutil.rmtree(home.candidate, ignore_errors=True)
    candidate = home.candidate / release_id / FILE_NAME
    candidate.parent.mkdir(parents=True)
    home.candidate.chmod(0o700)
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(home.candidate / "spill"),
        "memory_limit": duckdb_memory(memory_limit),
    }
    with duckdb.connect(config=config) as connection:
        connection.execute(f"attach {literal(str(home.warehouse))} as warehouse (read_only)")
        tables, views = _tables(connection), _published(connection, "VIEW")
        _assert_bi_safe(connection)
        key, viewers = home_key(home), viewer_columns(connection, SCHEMAS)
        current = home.current / FILE_NAME
        kept: Mapping[Table, RebuiltBy] = {}
        goes_on = goes_on_from and shows(current, _seal(key, goes_on_from, viewers), max_waste)
        if goes_on:
            copy_file(current, candidate)
        with _attached(connection, candidate):
            if goes_on:
                with _transaction(connection):
                    kept = keep(connection, models.rebuilt)
            # In a second transaction: it writes into the blocks that the first one freed.
            with _transaction(connection):
                rebuilt = _copy(connection, tables, kept, viewers, key)
                _create_views(connection)
                _create_receipts(connection)
                restated = _record_restatements(connection, home, release_id)
                build = build_of(connection)
                seal_of_build = _seal(key, build, viewers) if build else None
                _record_release(connection, release_id, now, tables, restated, seal_of_build)
                _create_macros(connection)
                _comment(connection, tables, views, models.descriptions)
    seen = {view: rebuilt[table] for view, table in models.shown.items() if table in rebuilt}
    return Candidate(candidate, {**rebuilt, **seen})


def record_checks(
    candidate: Path, checks: Iterable[Check], now: datetime, profile: Iterable[Span] = ()
) -> None:
    """Write what the gates said into meta.checks of a candidate, in place of what is there, and
    how long the night took so far into meta.run_profile.

    Raises LivehouseError for a file that is already published: that is never opened for writing.
    """
    if not candidate.stat().st_mode & stat.S_IWUSR:
        raise LivehouseError(
            "a published file is never written to",
            where=str(candidate),
            remedy="Record the checks of a candidate before it is published.",
        )
    rows = [
        (
            check.name, check.gate, check.table, check.metric, check.severity, check.passed,
            check.expected, check.observed, json.dumps(check.examples, default=str), now,
        )
        for check in checks
    ]  # fmt: skip
    with (
        duckdb.connect() as connection,
        _attached(connection, candidate),
        _transaction(connection),
    ):
        connection.execute("delete from candidate.meta.checks")
        columns = list(zip(*rows, strict=True))
        if columns:
            # One statement: a row at a time takes half as long as gate 2.
            connection.execute(
                "insert into candidate.meta.checks"
                f" select {', '.join(f'unnest(${n + 1})' for n in range(len(columns)))}",
                [list(column) for column in columns],
            )
        run_profile.record(connection, candidate.parent.name, profile)


def missing_comments(file: Path) -> list[str]:
    """The tables (schema.table) and columns (schema.table.column) of a file without a comment."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return [name for (name,) in connection.execute(MISSING_COMMENTS).fetchall()]


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, candidate: Path) -> Iterator[None]:
    """The candidate as the catalog `candidate`, without a write-ahead log: who is interrupted
    leaves a file that nobody shows, so what is written need not be written twice.
    """
    new = "" if candidate.exists() else f", block_size {BLOCK_SIZE}"
    connection.execute(
        f"attach {literal(str(candidate))} as candidate"
        f" (storage_version '{STORAGE_VERSION}', recovery_mode 'no_wal_writes'{new})"
    )
    yield
    connection.execute("detach candidate")
    assert_no_log(candidate)


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One transaction on the attached candidate; afterwards all is in the file."""
    connection.execute("begin")
    yield
    connection.execute("commit")
    connection.execute("checkpoint candidate")


def assert_no_log(file: Path) -> None:
    """Raise LivehouseError where a write-ahead log lies beside the file.

    DuckDB would replay it into whatever file later has that name.
    """
    log = file.with_name(file.name + ".wal")
    if log.exists():
        raise LivehouseError(
            "a write-ahead log is left beside the candidate",
            where=str(log),
            remedy="Some process still has the candidate open for writing: end it and run again.",
        )


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None]]:
    """Schema, name and comment of each table of the warehouse that is published."""
    tables = _published(connection, "BASE TABLE")
    published = [row for row in tables if not (row[0] == "meta" and row[1] in _RECEIPTS)]
    if not published:
        raise LivehouseError(
            f"the warehouse has no table in {', '.join(SCHEMAS)}",
            remedy="Build the models first: livehouse run --full.",
        )
    return published


def _published(
    connection: duckdb.DuckDBPyConnection, kind: str
) -> list[tuple[str, str, str | None]]:
    """The same of each BASE TABLE or VIEW of the published schemas, receipts among them."""
    return connection.execute(
        "select table_schema, table_name, table_comment from information_schema.tables"
        " where table_catalog = 'warehouse' and table_type = ? and list_contains(?, table_schema)"
        " order by all",
        [kind, SCHEMAS],
    ).fetchall()


def _assert_bi_safe(connection: duckdb.DuckDBPyConnection) -> None:
    unsafe = connection.execute(
        "select schema_name || '.' || table_name || '.' || column_name || ' ' || data_type "
        "from duckdb_columns() where database_name = 'warehouse' "
        "and list_contains(?, schema_name) and not list_contains(?, data_type) order by all",
        [SCHEMAS, BI_SAFE_TYPES],
    ).fetchall()
    if unsafe:
        raise LivehouseError(
            f"a type that BI tools do not read without loss: {', '.join(row[0] for row in unsafe)}",
            remedy=f"Cast the column in its model to one of {', '.join(BI_SAFE_TYPES)}.",
        )


def _seal(key: bytes, build_id: str, viewers: Mapping[Table, Mapping[str, str]]) -> str:
    hidden_columns = sorted((*table, dict(columns)) for table, columns in viewers.items())
    return seal(key, build_id, STORAGE_VERSION, hidden_columns, fingerprint_of_rules())


def _copy(
    connection: duckdb.DuckDBPyConnection,
    tables: list[tuple[str, str, str | None]],
    kept: Mapping[Table, RebuiltBy],
    viewers: Mapping[Table, Mapping[str, str]],
    key: bytes,
) -> dict[Table, RebuiltBy]:
    """Every table with its rows in their order and pseudonyms for viewers; of those that were
    kept, the rebuilt rows. Returns the tables of which that was enough, and of which the list tells
    the new rows here too: those by viewers it names otherwise.
    """
    # A join whose sides are swapped would give the rows in another order.
    connection.execute("set disabled_optimizers = 'build_side_probe_side,join_order'")
    conditions = {table: by.rows("source") for table, by in kept.items()}
    by_viewers = {
        table: columns
        for table, by in kept.items()
        if (columns := by.viewers(viewers.get(table, {})))
    }
    # A list names the viewers of its table, which needs no search then.
    named = {table for table, columns in by_viewers.items() if columns == viewers[table]}
    holders = {table: columns for table, columns in viewers.items() if table not in named}
    lists = {kept[table].listed: columns for table, columns in by_viewers.items()}
    create_pseudonyms(connection, key, {**holders, **lists}, conditions)
    replaced = set()
    for table, by in kept.items():
        target, renamed = quoted("candidate", *table), ""
        if table in by_viewers:
            renamed = "listed_pseudonyms"
            connection.execute(
                f"create or replace temp table {renamed} as {hidden(*by.listed, by_viewers[table])}"
            )
        rows = hidden(*table, viewers.get(table, {}), conditions[table])
        connection.execute(f"delete from {target} as target where {by.rows('target', renamed)}")
        connection.execute(f"insert into {target} {rows}")
        if has_as_many_rows(connection, table):
            replaced.add(table)
    doubtful = kept.keys() - replaced
    if doubtful:
        create_pseudonyms(
            connection, key, viewers, {table: conditions[table] for table in replaced}
        )
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists candidate.{schema}")
    emptied = tables_of(connection, "candidate") - kept.keys()
    for schema, name, _ in tables:
        if (schema, name) not in replaced:
            target, rows = (
                quoted("candidate", schema, name),
                hidden(schema, name, viewers.get((schema, name), {})),
            )
            if (schema, name) in emptied:
                connection.execute(f"insert into {target} {rows}")
            else:
                connection.execute(f"create or replace table {target} as {rows}")
    return {table: kept[table] for table in replaced if table not in by_viewers}


def _create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Every view of the warehouse that is published and not there already.

    It names its table by schema, so that it shows the candidate's: under pseudonyms, and wherever
    the file is opened.
    """
    present = views_of(connection, "candidate")
    connection.execute("use candidate")
    for (schema, name), sql in views_of(connection, "warehouse").items():
        if schema in SCHEMAS and (schema, name) not in present:
            try:
                connection.execute(sql)
            except duckdb.CatalogException as error:
                raise LivehouseError(
                    f"the view {schema}.{name} shows what is not published: {error}",
                    remedy="Make its model a table, or let it read published tables alone.",
                ) from error
    connection.execute("use memory")


def _comment(
    connection: duckdb.DuckDBPyConnection,
    tables: list[tuple[str, str, str | None]],
    views: list[tuple[str, str, str | None]],
    descriptions: Mapping[str, str],
) -> None:
    """Every comment of a table, view and column, where it is not there already."""
    present = {
        tuple(names): comment
        for *names, comment in connection.execute(
            "select table_schema, table_name, table_comment from information_schema.tables"
            " where table_catalog = 'candidate'"
        ).fetchall()
        + connection.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns()"
            " where database_name = 'candidate'"
        ).fetchall()
    }
    kinds = {table[:2]: "table" for table in tables} | {view[:2]: "view" for view in views}
    columns = connection.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns() "
        "where database_name = 'warehouse' and list_contains(?, schema_name)",
        [SCHEMAS],
    ).fetchall()
    for *names, comment in (*tables, *views, *columns):
        text = descriptions.get(".".join(names), comment)
        kind = kinds.get(tuple(names[:2]))
        if kind and text != present[tuple(names)]:
            kind = kind if len(names) == 2 else "column"
            value = "null" if text is None else literal(text)
            connection.execute(f"comment on {kind} {quoted('candidate', *names)} is {value}")


def _create_receipts(connection: duckdb.DuckDBPyConnection) -> None:
    for name, (comment, columns) in _RECEIPTS.items():
        table = f"candidate.meta.{name}"
        definitions = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
        connection.execute(f"create table {table} ({definitions})")
        connection.execute(f"comment on table {table} is {literal(comment)}")
        for column, (_, text) in columns.items():
            connection.execute(f"comment on column {table}.{column} is {literal(text)}")


def _record_restatements(
    connection: duckdb.DuckDBPyConnection, home: Home, release_id: str
) -> int | None:
    """The candidate against the release that readers see; None before the first one."""
    current = home.current / FILE_NAME
    if not current.exists():
        return None
    connection.execute(f"attach {literal(str(current.resolve()))} as previous (read_only)")
    run_profile.carry_on(connection)
    return restatements.record_restatements(connection, release_id)


def _record_release(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    now: datetime,
    tables: list[tuple[str, str, str | None]],
    restated_rows: int | None,
    seal_of_build: str | None,
) -> None:
    """The history of the current release, where one is attached as `previous`, and this release as
    its newest row.
    """
    known = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'previous'"
        " and schema_name = 'meta' and table_name = 'releases'"
    ).fetchall()
    if known:
        names = ", ".join(name for (name,) in known if name in _RECEIPTS["releases"][1])
        connection.execute(
            f"insert into candidate.meta.releases ({names})"
            f" select {names} from previous.meta.releases order by published_at, release_id"
        )
    present = {table[:2] for table in tables}
    as_of = (
        "(select max(max_event_ts) from warehouse.meta.loads where state = 'loaded')"
        if ("meta", "loads") in present
        else "null"
    )
    lives = (
        "(select count(*) from warehouse.facts.fct_live_session)"
        if ("facts", "fct_live_session") in present
        else "0"
    )
    connection.execute(
        f"insert into candidate.meta.releases select ?, ?, ?, {as_of}, {lives}, ?, ?",
        [release_id, now, version("livehouse"), restated_rows, seal_of_build],
    )


def _create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    definitions = read_definitions(connection, "warehouse")
    for macro in macros_of(definitions, take_apart(connection, definitions)):
        for statement in macro.statements("candidate"):
            connection.execute(statement)
