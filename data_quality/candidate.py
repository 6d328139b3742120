"""Gate 2: may this candidate be shown?

Belongs here: the rules over facts and marts, all derived from meta.metrics and the candidate's own
columns, so that a metric at a new grain is judged without a line here. Does not: bounds or
formulas (the dbt project owns them), identities of built tables (dbt tests).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data_quality.check import Check
from data_quality.comments import MISSING_COMMENTS
from data_quality.definitions import Definition, Expression, read_definitions, take_apart
from data_quality.rules import Rule, among, check_of, query_rule, row_rule, verdicts
from livehouse.errors import LivehouseError
from livehouse.settings import Settings
from livehouse.sql_text import exact, literal, quoted

SESSIONS = "facts.fct_live_session"

_ONE_ROW_A_LIVE = (SESSIONS, "marts.live_sessions")
_RECEIPT_KEYS = {
    "meta.releases": ("release_id",),
    "meta.restatements": ("release_id", "live_id", "metric"),
}
"""Keys of the tables that publishing writes; those of the models are dbt's to test."""

_TOLERANCE = 1e-9
"""Relative, what DOUBLE arithmetic may lose; a bound of 1 lets 1 + 1e-9 pass."""

_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")
_KEYS = ("minute_ts", "report_date", "report_week", "channel", "audience", "kind", "market")
_KEYS_SHOWN = 4


@dataclass(frozen=True)
class Table:
    """A table of the candidate: `name` is schema.table, `columns` maps a column to its type."""

    name: str
    columns: Mapping[str, str]

    def keys(self, but: frozenset[str]) -> list[str]:
        """The columns that name a row, for a reader; no viewer is named in a judgement."""
        named = [
            column
            for column in self.columns
            if column not in but
            and column != "viewer_id"
            and (column.endswith("_id") or column in _KEYS)
        ]
        return named[:_KEYS_SHOWN] or [column for column in self.columns if column not in but][:1]


@dataclass(frozen=True)
class Rebuilt:
    """Tables of a candidate of which only some rows are new: `rows` maps schema.table to a
    condition on the row `t`, which looks into the file `warehouse` as the catalog of that name. All
    others were taken over from a release that kept the same rules.
    """

    warehouse: Path
    rows: Mapping[str, str]


def judge_candidate(
    candidate: Path, rebuilt: Rebuilt | None = None, memory_limit: str = Settings.memory_limit
) -> tuple[Check, ...]:
    """Every check of a candidate file, which is only read and must not be open for writing. Of the
    tables in `rebuilt`, rules about single rows judge the new ones.

    Raises LivehouseError where the file lacks meta.metrics or the LIVE table, or a rule cannot be
    evaluated.
    """
    rules = _rules_for(candidate, rebuilt.rows if rebuilt else {})
    warehouse = rebuilt.warehouse if rebuilt and rebuilt.rows else None
    return tuple(
        check_of(verdict, "candidate")
        for verdict in verdicts(candidate, rules, warehouse=warehouse, memory_limit=memory_limit)
    )


def fingerprint_of_rules() -> str:
    """A hash over the code of the rules: what was judged by others is judged anew."""
    here = Path(__file__)
    code = [here.with_name(name).read_bytes() for name in ("definitions.py", "rules.py")]
    return hashlib.sha256(b"\0".join([here.read_bytes(), *code])).hexdigest()


def _rules_for(candidate: Path, rebuilt: Mapping[str, str]) -> list[Rule]:
    with duckdb.connect(str(candidate), read_only=True) as connection:
        (catalog,) = connection.execute("select current_database()").fetchone() or ("",)
        definitions = read_definitions(connection, catalog)
        expressions = take_apart(connection, definitions)
        columns = connection.execute(
            "select schema_name || '.' || table_name, column_name, data_type "
            "from duckdb_columns() where schema_name in ('facts', 'marts', 'meta') "
            "order by schema_name, table_name, column_index"
        ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, data_type in columns:
        tables.setdefault(table, {})[column] = data_type
    return rules_of(
        [Table(name, cols) for name, cols in tables.items()], definitions, expressions, rebuilt
    )


def rules_of(
    tables: list[Table],
    definitions: tuple[Definition, ...],
    expressions: Mapping[str, Expression],
    rebuilt: Mapping[str, str],
) -> list[Rule]:
    """The rules for these tables: a metric stands in a table if a column has its name. Keys are
    unique in a whole table; single rows are judged where `rebuilt` says, if it does.
    """
    sessions = next((table for table in tables if table.name == SESSIONS), None)
    if sessions is None:
        raise LivehouseError(
            f"the candidate has no table {SESSIONS}",
            remedy="Build the facts first: livehouse run --full.",
        )
    rules = [
        _sessions_are_not_empty(),
        _every_feed_has_a_flag(),
        _everything_has_a_comment(),
    ]
    for table in tables:
        if table.name in _RECEIPT_KEYS:
            rules.append(_key_is_unique(table, _RECEIPT_KEYS[table.name]))
        if table.name in _ONE_ROW_A_LIVE and "live_id" in table.columns:
            rules.append(_key_is_unique(table, ("live_id",), "live_id_is_unique"))
        of_rows = _rules_of_rows(table, definitions, expressions, sessions)
        only = rebuilt.get(table.name)
        rules += (among(rule, only) for rule in of_rows) if only else of_rows
    return rules


def _rules_of_rows(
    table: Table,
    definitions: tuple[Definition, ...],
    expressions: Mapping[str, Expression],
    sessions: Table,
) -> Iterator[Rule]:
    metrics = frozenset(definition.metric for definition in definitions)
    keys = ", ".join(f"t.{quoted(key)}" for key in table.keys(but=metrics))
    for column, data_type in table.columns.items():
        if data_type == "DOUBLE":
            yield _value_is_finite(table, column, keys)
    for definition in definitions:
        if table.columns.get(definition.metric, "").startswith(_NUMBERS):
            yield from _bounds(table, definition, keys)
            yield from _fraction(table, definition, expressions, keys)
            yield from _interval(table, definition, keys)
            yield from _feed(table, definition, sessions, keys)


def _sessions_are_not_empty() -> Rule:
    return query_rule(
        "there_is_a_live", SESSIONS, "", "error", "at least one LIVE",
        rows=f"select 0 as lives where not exists (select 1 from {SESSIONS})",
    )  # fmt: skip


def _key_is_unique(table: Table, key: tuple[str, ...], name: str = "key_is_unique") -> Rule:
    columns = ", ".join(key)
    missing = " or ".join(f"{column} is null" for column in key)
    return query_rule(
        name, table.name, "", "error", f"one row per {columns}",
        rows=f"select {columns}, count(*) as times from {table.name} "
        f"group by {columns} having count(*) > 1 or {missing}",
    )  # fmt: skip


def _every_feed_has_a_flag() -> Rule:
    """A measure that depends on a feed can be judged only with that feed's flag on the LIVE."""
    schema, name = SESSIONS.split(".")
    return query_rule(
        "every_feed_has_a_flag", "meta.metrics", "", "error", f"has_<feed> in {SESSIONS}",
        rows="select metric, feed from meta.metrics "
        "where kind = 'measure' and status = 'computed' and feed <> '' "
        "and contains(null_rule, 'N0') and 'has_' || feed not in ("
        "select column_name from duckdb_columns() "
        "where database_name = current_database() "
        f"and schema_name = {literal(schema)} and table_name = {literal(name)})",
    )  # fmt: skip


def _everything_has_a_comment() -> Rule:
    return query_rule(
        "every_table_and_column_has_a_comment", "", "", "error", "a comment on each",
        rows=MISSING_COMMENTS, batch="meta.metrics",
    )  # fmt: skip


def _value_is_finite(table: Table, column: str, keys: str) -> Rule:
    return row_rule(
        "value_is_finite", table.name, column, "error",
        "a number or NULL, never infinity or NaN",
        fails_where=f"not isfinite(t.{quoted(column)})",
        shown=f"{keys}, t.{quoted(column)}",
    )  # fmt: skip


def _bounds(table: Table, definition: Definition, keys: str) -> Iterator[Rule]:
    value = f"t.{quoted(definition.metric)}"
    shown = f"{keys}, {value}"
    judged_at_one = definition.above_one in ("no", "warn")
    if judged_at_one:
        yield row_rule(
            "value_is_at_most_one", table.name, definition.metric,
            "error" if definition.above_one == "no" else "warning", "<= 1",
            fails_where=f"{value} > {exact(1 + _TOLERANCE)}", shown=shown,
        )  # fmt: skip
    lower, upper = definition.lower_bound, definition.upper_bound
    if lower is not None:
        yield row_rule(
            "value_is_not_below_its_bound", table.name, definition.metric, "error",
            f">= {lower:g}",
            fails_where=f"{value} < {exact(lower - _slack(lower))}", shown=shown,
        )  # fmt: skip
    if upper is not None and not (judged_at_one and upper == 1):
        yield row_rule(
            "value_is_not_above_its_bound", table.name, definition.metric, "error",
            f"<= {upper:g}",
            fails_where=f"{value} > {exact(upper + _slack(upper))}", shown=shown,
        )  # fmt: skip


def _slack(bound: float) -> float:
    return _TOLERANCE * max(1.0, abs(bound))


def _fraction(
    table: Table, definition: Definition, expressions: Mapping[str, Expression], keys: str
) -> Iterator[Rule]:
    """Value and null rule of a fraction whose numerator and denominator stand in the same row."""
    if not definition.is_fraction:
        return
    numerator = expressions[definition.numerator]
    denominator = expressions[definition.denominator]
    parts = dict.fromkeys(numerator.columns + denominator.columns)
    row_wise = numerator.is_row_wise and denominator.is_row_wise
    if not row_wise or any(part not in table.columns for part in parts):
        return
    ratio = f"t.{quoted(definition.metric)}"
    over, under = f"({numerator.text})::double", f"({denominator.text})::double"
    wanted = f"({exact(definition.scale)}::double * {over} / nullif({under}, 0))"
    shown = ", ".join(
        [keys, ratio, *(f"t.{quoted(part)}" for part in parts), f"{wanted} as expected_value"]
    )
    yield row_rule(
        "ratio_equals_numerator_over_denominator", table.name, definition.metric, "error",
        f"{definition.scale:g} * ({numerator.text}) / ({denominator.text}), relative 1e-9",
        fails_where=f"abs({ratio} - {wanted}) > "
        f"{_TOLERANCE!r} * greatest(abs({ratio}), abs({wanted}))",
        shown=shown,
    )  # fmt: skip
    if "ND" not in definition.null_rule:
        return
    if definition.null_rule == {"ND"}:
        fails_where = f"({ratio} is null) <> ({wanted} is null)"
        expected = "NULL exactly when the denominator is NULL or 0 or the numerator is NULL"
    else:  # another null rule may hide a value as well
        fails_where = f"{ratio} is not null and {wanted} is null"
        expected = "NULL when the denominator is NULL or 0 or the numerator is NULL"
    yield row_rule(
        "ratio_is_null_without_a_denominator", table.name, definition.metric, "error", expected,
        fails_where=fails_where, shown=shown,
    )  # fmt: skip


def _interval(table: Table, definition: Definition, keys: str) -> Iterator[Rule]:
    """A proportion lies in its interval, the interval within 0 and 1; NULL all three or none."""
    if f"{definition.metric}_low" not in table.columns:
        return
    ratio = f"t.{quoted(definition.metric)}"
    low, high = (f"t.{quoted(f'{definition.metric}_{end}')}" for end in ("low", "high"))
    yield row_rule(
        "interval_holds_its_ratio", table.name, definition.metric, "error",
        f"0 <= {definition.metric}_low <= {definition.metric} <= {definition.metric}_high <= 1",
        fails_where=f"({low} is null) <> ({ratio} is null) or ({high} is null) <> ({ratio} is null)"
        f" or {low} < 0 or {low} > {ratio} + {_TOLERANCE!r} or {high} < {ratio} - {_TOLERANCE!r}"
        f" or {high} > 1",
        shown=f"{keys}, {ratio}, {low}, {high}",
    )  # fmt: skip


def _feed(table: Table, definition: Definition, sessions: Table, keys: str) -> Iterator[Rule]:
    """A count is 0 where the feed was there and nothing happened, NULL where it was not."""
    flag = f"has_{definition.feed}"
    if (
        definition.kind != "measure"
        or not definition.feed
        or "N0" not in definition.null_rule
        or "live_id" not in table.columns
        or flag not in sessions.columns
    ):
        return
    value = f"t.{quoted(definition.metric)}"
    own = table.name == SESSIONS
    has_feed = f"{'t' if own else 's'}.{quoted(flag)}"
    is_missing = f"({has_feed} is not true)"
    if definition.null_rule == {"N0"}:
        fails_where, expected = f"({value} is null) <> {is_missing}", f"NULL exactly without {flag}"
    else:  # another null rule may hide a value as well
        fails_where, expected = f"{value} is not null and {is_missing}", f"NULL without {flag}"
    yield row_rule(
        "measure_is_null_exactly_without_its_feed", table.name, definition.metric, "error",
        expected, fails_where=fails_where, shown=f"{keys}, {value}, {has_feed}",
        join="" if own else f"left join {SESSIONS} as s on t.live_id = s.live_id",
    )  # fmt: skip
