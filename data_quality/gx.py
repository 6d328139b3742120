"""The one place that drives Great Expectations: opens a DuckDB file, validates, closes.

Belongs here: its context, data source, expectations and their traps. Does not: any rule.
Great Expectations is imported inside the functions, because that takes seconds.

Each table is one batch. Its rules are evaluated in one pass, as one UnexpectedRowsExpectation per
severity, join and condition, because two hundred of one rule each take ten times as long.
"""

from __future__ import annotations

import gc
import os
import re
import sys
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from data_quality.rules import Rule, attach
from livehouse.errors import LivehouseError
from livehouse.settings import Settings, duckdb_memory

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

_RULES_IN_ONE_EXPECTATION = 100
"""Great Expectations fetches 200 unexpected rows at most, so one expectation stays below that."""

_GX_SEVERITY = {"error": "critical", "warning": "warning"}


def failing_rows(
    database: Path,
    rules: Sequence[Rule],
    warehouse: Path | None = None,
    memory_limit: str = Settings.memory_limit,
) -> list[int]:
    """The number of failing rows of each rule, in the order of the rules; the files are only read.

    Raises LivehouseError naming the table where Great Expectations could not evaluate a rule.
    """
    counts = [0] * len(rules)
    if not rules:
        return counts
    by_table = _by_table(rules)
    with _read_only_source(database, by_table.keys(), warehouse, memory_limit) as source:
        for table, numbers in by_table.items():
            for number, count in _failing_in_table(source, table, rules, numbers):
                counts[number] = count
    return counts


@contextmanager
def _read_only_source(
    database: Path, tables: Collection[str], warehouse: Path | None, memory_limit: str
) -> Iterator[SQLDatasource]:
    """A Great Expectations data source on tables of a DuckDB file, closed with both engines."""
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    with warnings.catch_warnings():
        # It wants one source a schema instead, which would be one engine more for each.
        warnings.simplefilter("ignore", DeprecationWarning)
        source: SQLDatasource = context.data_sources.add_sql(
            name="livehouse",
            connection_string=f"duckdb:///{quote(str(database.resolve()))}?access_mode=read_only"
            f"&memory_limit={quote(duckdb_memory(memory_limit))}",
            # Without both, every expectation on DuckDB fails with "list index out of range".
            kwargs={"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True},
            # One that is added later makes it write all of its settings as YAML.
            assets=[_asset(table) for table in tables],
        )
    try:
        if warehouse:
            with source.get_execution_engine().get_connection() as connection:
                connection.exec_driver_sql(attach(warehouse))
        yield source
    finally:
        # It keeps two engines; one left open makes the next read-write connection fail.
        engine: Any = source.get_execution_engine()
        engine.close()
        engine.engine.dispose()
        source.get_engine().dispose()


def _asset(table: str) -> dict[str, str]:
    schema, name = table.split(".")
    return {"type": "table", "name": table, "table_name": name, "schema_name": schema}


@cache
def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read while importing
    collecting = gc.isenabled()
    gc.disable()  # importing makes a million objects that all stay
    try:
        with _later("altair", "scipy.stats"):
            import great_expectations as gx
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
    return gx


class _Later(ModuleType):
    """A module that is imported when something in it is looked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


@contextmanager
def _later(*names: str) -> Iterator[None]:
    """Who imports these modules in the block gets them when he uses them.

    Great Expectations draws with one and tests distributions with the other, at the price of a
    third of its import; no rule of ours does either.
    """
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Later(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            if isinstance(sys.modules[name], _Later):
                del sys.modules[name]


@cache
def _one_pass_expectation() -> Any:
    """UnexpectedRowsExpectation, but without running its query a second time to count the rows."""
    from great_expectations.expectations.core.unexpected_rows_expectation import (
        UnexpectedRowsExpectation,
    )

    class NoRuleFails(UnexpectedRowsExpectation):  # type: ignore[misc]  # untyped package
        """Holds when the query over the batch returns no rule."""

        metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

        def _validate(
            self,
            metrics: dict[str, Any],
            runtime_configuration: dict[str, Any] | None = None,
            execution_engine: Any = None,
        ) -> dict[str, Any]:
            rows = metrics["unexpected_rows_query.table"]
            return {
                "success": not rows,
                "result": {"observed_value": len(rows), "details": {"unexpected_rows": rows}},
            }

    return NoRuleFails


def _by_table(rules: Sequence[Rule]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        numbers[rule.batch_table].append(number)
    return numbers


def _failing_in_table(
    source: SQLDatasource, table: str, rules: Sequence[Rule], numbers: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of rule number and failing rows, for the rules that failed in one table."""
    gx, expectation = _great_expectations(), _one_pass_expectation()
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number in numbers:
        rule = rules[number]
        groups[rule.severity, rule.join, rule.only].append(number)
    suite = gx.ExpectationSuite(
        name=table,
        expectations=[
            expectation(
                unexpected_rows_query=_query(rules, part, join, only),
                severity=_GX_SEVERITY[severity],
            )
            for (severity, join, only), group in groups.items()
            for part in _parts(group)
        ],
    )
    asset = source.get_asset(table)
    batch = asset.get_batch(asset.build_batch_request())
    for result in batch.validate(suite, result_format="COMPLETE").results:
        if result.success:
            continue
        details = (result.result or {}).get("details")
        if not details:
            raise LivehouseError(
                f"a check could not be evaluated: {_reason(result.exception_info)}",
                where=f"table {table}",
                remedy="Correct the definition in the dbt project and run again.",
            )
        for row in details["unexpected_rows"]:
            yield row["rule"], row["failing"]


def _parts(group: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(group), _RULES_IN_ONE_EXPECTATION):
        yield group[start : start + _RULES_IN_ONE_EXPECTATION]


def _query(rules: Sequence[Rule], numbers: Sequence[int], join: str, only: str) -> str:
    """One pass over the batch: the rules that fail, with the number of failing rows of each."""
    counts = ",\n        ".join(_as_text_clause(rules[number].failing) for number in numbers)
    return f"""
with t as not materialized (select * from {{batch}}),
counted as (
    select [
        {counts}
    ] as counts
    from t {_as_text_clause(join)}
    where {_as_text_clause(only or "true")}
),
failing as (
    select
        unnest([{", ".join(map(str, numbers))}]) as rule,
        unnest(counts) as failing
    from counted
)
select rule, failing from failing where failing > 0"""


def _as_text_clause(sql: str) -> str:
    """SQL in which str.format finds no field and SQLAlchemy no bind parameter."""
    doubled = sql.replace("{", "{{").replace("}", "}}")
    return re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", doubled)


def _reason(exception_info: dict[str, Any]) -> str:
    """The message in Great Expectations' exception info, which is nested where metrics failed."""
    if "exception_message" in exception_info:
        return str(exception_info["exception_message"])
    messages = {str(info.get("exception_message")) for info in exception_info.values()}
    return "; ".join(sorted(messages))
