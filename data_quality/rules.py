"""A rule as SQL, and its judgement: Great Expectations counts, a failed rule shows its rows.

Belongs here: the shape that both gates share. Does not: any particular rule, or how Great
Expectations is driven (gx.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from data_quality.check import EXAMPLES, Check, Gate, Severity
from livehouse.settings import Settings, duckdb_memory
from livehouse.sql_text import literal


@dataclass(frozen=True)
class Rule:
    """One check of one table, before it is judged.

    `failing` is an SQL aggregate over the batch table under the alias `t` (and what `join` adds):
    the number of failing rows. `rows` is the query that shows them, keys first.
    """

    check: str
    table: str
    metric: str
    severity: Severity
    expected: str
    failing: str
    rows: str
    join: str = ""
    only: str = ""
    """A condition on `t`: the rows that are judged; all of them unless named."""
    batch: str = field(default="")
    """The `schema.table` that Great Expectations validates; the rule's own table unless named."""

    @property
    def batch_table(self) -> str:
        return self.batch or self.table


@dataclass(frozen=True)
class Verdict:
    """How many rows failed a rule, and some of them."""

    rule: Rule
    failing_rows: int
    examples: tuple[dict[str, object], ...]


def row_rule(
    check: str,
    table: str,
    metric: str,
    severity: Severity,
    expected: str,
    *,
    fails_where: str,
    shown: str,
    join: str = "",
) -> Rule:
    """A rule that each row keeps or breaks; `shown` are the columns of an example."""
    return Rule(
        check=check,
        table=table,
        metric=metric,
        severity=severity,
        expected=expected,
        # `filter` takes twice as long: it cuts every column for each rule, and DuckDB works out
        # what several rules share only once where it stands in an argument.
        failing=f"count(case when {fails_where} then 1 end)",
        rows=f"select {shown} from {table} as t {join} where ({fails_where})",
        join=join,
    )


def among(rule: Rule, only: str) -> Rule:
    """A row rule about those rows alone for which the condition on `t` holds."""
    return replace(rule, only=only, rows=f"{rule.rows} and {only}")


def query_rule(
    check: str,
    table: str,
    metric: str,
    severity: Severity,
    expected: str,
    *,
    rows: str,
    batch: str = "",
) -> Rule:
    """A rule that holds when a query of its own returns nothing."""
    return Rule(
        check=check,
        table=table,
        metric=metric,
        severity=severity,
        expected=expected,
        # the count of the batch makes it one row, also over an empty batch
        failing=f"count(*) * 0 + (select count(*) from ({rows}) as failing_rows)",
        rows=rows,
        batch=batch,
    )


def verdicts(
    database: Path,
    rules: Sequence[Rule],
    examples: int | None = EXAMPLES,
    warehouse: Path | None = None,
    memory_limit: str = Settings.memory_limit,
) -> tuple[Verdict, ...]:
    """Judge the rules on a DuckDB file, which is only read; None shows every failing row. Rules may
    look into the file `warehouse` as the catalog of that name.

    Raises LivehouseError where a rule cannot be evaluated: an unanswered rule is not a passed one.
    """
    from data_quality.gx import failing_rows  # importing Great Expectations takes seconds

    counts = failing_rows(database, rules, warehouse, memory_limit)
    if not any(counts):
        return tuple(Verdict(rule, 0, ()) for rule in rules)
    with duckdb.connect(
        str(database), read_only=True, config={"memory_limit": duckdb_memory(memory_limit)}
    ) as connection:
        if warehouse:
            connection.execute(attach(warehouse))
        return tuple(
            Verdict(rule, count, _rows(connection, rule, examples) if count else ())
            for rule, count in zip(rules, counts, strict=True)
        )


def attach(warehouse: Path) -> str:
    """The statement after which a connection sees the warehouse, too."""
    return f"attach {literal(str(warehouse))} as warehouse (read_only)"


def check_of(verdict: Verdict, gate: Gate) -> Check:
    """The check that a verdict amounts to."""
    rule, count = verdict.rule, verdict.failing_rows
    return Check(
        name=rule.check,
        gate=gate,
        table=rule.table,
        metric=rule.metric,
        severity=rule.severity,
        passed=count == 0,
        expected=rule.expected,
        observed=f"{count} failing row{'' if count == 1 else 's'}"
        + (" among those rebuilt" if rule.only else ""),
        examples=verdict.examples,
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, rule: Rule, limit: int | None
) -> tuple[dict[str, object], ...]:
    cursor = connection.execute(rule.rows if limit is None else f"{rule.rows} limit {limit}")
    names = [column[0] for column in cursor.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
