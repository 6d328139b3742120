"""The metric definitions as a built file carries them, and what their expressions are made of.

Belongs here: reading meta.metrics and taking its SQL expressions apart. Does not: the definitions
themselves (they are written once, in the dbt project), or what is done with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from livehouse.errors import LivehouseError
from livehouse.sql_text import quoted

_COLUMNS = (
    "metric", "kind", "numerator", "denominator", "scale", "lower_bound", "upper_bound",
    "above_one", "null_rule", "feed", "status", "is_additive", "description",
)  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """One metric, a row of meta.metrics; texts are '' where the column is NULL."""

    metric: str
    kind: str
    numerator: str
    denominator: str
    scale: float
    lower_bound: float | None
    upper_bound: float | None
    above_one: str
    null_rule: frozenset[str]
    feed: str
    is_computed: bool
    is_additive: bool
    description: str

    @property
    def is_fraction(self) -> bool:
        """Whether it is published as scale * numerator / denominator."""
        return self.kind == "ratio" and bool(self.numerator) and bool(self.denominator)


@dataclass(frozen=True)
class Expression:
    """A numerator or denominator taken apart.

    `columns` are the columns it names, each once, in order; `places` their offsets in `text`, one
    for every mention. `is_row_wise` is false with an aggregate, window or subquery in it.
    `is_linear` is true where summing the columns first gives the sum of the expression.
    """

    text: str
    columns: tuple[str, ...]
    places: tuple[tuple[int, str], ...]
    is_row_wise: bool
    is_linear: bool

    def with_each_column(self, wrap: str) -> str:
        """The text with every column put into `wrap`, which holds one {}."""
        text = self.text
        for place, name in sorted(self.places, reverse=True):
            text = text[:place] + wrap.format(quoted(name)) + text[place + len(name) :]
        return text


def read_definitions(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[Definition, ...]:
    """The rows of `catalog`.meta.metrics, in order of name.

    Raises LivehouseError naming the columns that are missing.
    """
    present = {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = ? "
            "and schema_name = 'meta' and table_name = 'metrics'",
            [catalog],
        ).fetchall()
    }
    missing = [name for name in _COLUMNS if name not in present]
    if missing:
        raise LivehouseError(
            f"meta.metrics lacks {', '.join(missing)}",
            where=f"database {catalog}",
            remedy="Build the meta models of the dbt project first: livehouse run --full.",
        )
    rows = connection.execute(
        f"select {', '.join(_COLUMNS)} from {quoted(catalog)}.meta.metrics order by metric"
    ).fetchall()
    return tuple(_definition(dict(zip(_COLUMNS, row, strict=True))) for row in rows)


def _definition(row: Mapping[str, Any]) -> Definition:
    return Definition(
        metric=row["metric"],
        kind=row["kind"] or "",
        numerator=row["numerator"] or "",
        denominator=row["denominator"] or "",
        scale=1.0 if row["scale"] is None else float(row["scale"]),
        lower_bound=None if row["lower_bound"] is None else float(row["lower_bound"]),
        upper_bound=None if row["upper_bound"] is None else float(row["upper_bound"]),
        above_one=row["above_one"] or "none",
        null_rule=frozenset((row["null_rule"] or "").split()),
        feed=row["feed"] or "",
        is_computed=row["status"] == "computed",
        is_additive=bool(row["is_additive"]),
        description=row["description"] or "",
    )


def take_apart(
    connection: duckdb.DuckDBPyConnection, definitions: Iterable[Definition]
) -> dict[str, Expression]:
    """Every numerator and denominator of the fractions, by text; DuckDB's own parser reads them.

    Raises LivehouseError naming the metric whose expression does not parse.
    """
    owners: dict[str, str] = {}
    for definition in definitions:
        if definition.is_fraction:
            owners.setdefault(definition.numerator, definition.metric)
            owners.setdefault(definition.denominator, definition.metric)
    aggregates = {
        name
        for (name,) in connection.execute(
            "select distinct function_name from duckdb_functions() "
            "where function_type = 'aggregate'"
        ).fetchall()
    }
    trees = connection.execute(
        "select text, json_serialize_sql('select ' || text) from (select unnest(?) as text)",
        [list(owners)],
    ).fetchall()
    return {text: _expression(text, json.loads(tree), aggregates, owners) for text, tree in trees}


def _expression(
    text: str, tree: dict[str, Any], aggregates: set[str], owners: Mapping[str, str]
) -> Expression:
    selected = [] if tree["error"] else tree["statements"][0]["node"]["select_list"]
    if len(selected) != 1:
        raise LivehouseError(
            f"the expression {text!r} of the metric {owners[text]} is not one SQL expression"
            + (f": {tree['error_message']}" if tree["error"] else ""),
            where="meta.metrics",
            remedy="Correct the metric's definition in the dbt project.",
        )
    root = selected[0]
    nodes = list(_nodes(root))
    places = tuple(
        (node["query_location"] - len("select "), node["column_names"][-1])
        for node in nodes
        if node["class"] == "COLUMN_REF"
    )
    plainly_named = all(text[place : place + len(name)] == name for place, name in places)
    return Expression(
        text=text,
        columns=tuple(dict.fromkeys(name for _, name in sorted(places))),
        places=places,
        is_row_wise=not any(_leaves_the_row(node, aggregates) for node in nodes),
        is_linear=plainly_named and _degree(root) == 1,
    )


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "class" in value:
            yield value
        for child in value.values():
            yield from _nodes(child)
    elif isinstance(value, list):
        for child in value:
            yield from _nodes(child)


def _leaves_the_row(node: dict[str, Any], aggregates: set[str]) -> bool:
    return node["class"] in ("WINDOW", "SUBQUERY") or (
        node["class"] == "FUNCTION" and node["function_name"] in aggregates
    )


def _degree(node: dict[str, Any]) -> int | None:
    """0 for a constant, 1 for what is linear in the columns without a constant term, else None."""
    kind = node["class"]
    if kind == "COLUMN_REF":
        return 1
    if kind == "CONSTANT":
        return 0
    if kind == "CAST" and node["cast_type"]["id"] in ("DOUBLE", "DECIMAL", "BIGINT"):
        return _degree(node["child"])
    children = [_degree(child) for child in node.get("children", [])]
    if node["type"] == "OPERATOR_COALESCE":  # coalesce(column, 0)
        default = node["children"][-1].get("value", {}).get("value")
        return 1 if children == [1, 0] and default == 0 else None
    match node.get("function_name"), children:
        case "+" | "-", [(0 | 1) as first, *rest] if all(degree == first for degree in rest):
            return first
        case "*", [0, (0 | 1) as degree] | [1 as degree, 0]:
            return degree
        case "/", [(0 | 1) as degree, 0]:
            return degree
    return None
