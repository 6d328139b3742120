"""One scalar macro for each ratio metric: the ratio of sums, for whoever groups in his own way.

Belongs here: turning a metric's numerator and denominator into a macro. Does not: the formulas.

A macro sums, so it exists only for a ratio of columns that may be summed: each column named is an
additive measure of meta.metrics, and numerator and denominator are linear in them. A ratio with a
distinct count (viewers, buyers) has none: adding up distinct people counts them twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data_quality.definitions import Definition, Expression
from livehouse.sql_text import exact, literal, quoted


@dataclass(frozen=True)
class Macro:
    """A scalar macro of the published file, named like its metric."""

    name: str
    parameters: tuple[str, ...]
    body: str
    comment: str

    def statements(self, catalog: str) -> tuple[str, str]:
        """The DDL that creates it in schema main of `catalog`, and its comment."""
        name = quoted(catalog, "main", self.name)
        parameters = ", ".join(quoted(parameter) for parameter in self.parameters)
        return (
            f"create macro {name}({parameters}) as {self.body}",
            f"comment on macro {name} is {literal(self.comment)}",
        )


def macros_of(
    definitions: Iterable[Definition], expressions: Mapping[str, Expression]
) -> tuple[Macro, ...]:
    """The macros of those definitions that can be summed, in the order of the definitions."""
    definitions = tuple(definitions)
    additive = {d.metric for d in definitions if d.kind == "measure" and d.is_additive}
    return tuple(
        _macro(definition, expressions[definition.numerator], expressions[definition.denominator])
        for definition in definitions
        if definition.is_fraction
        and definition.is_computed
        and _can_be_summed(expressions[definition.numerator], additive)
        and _can_be_summed(expressions[definition.denominator], additive)
    )


def _can_be_summed(expression: Expression, additive: set[str]) -> bool:
    return expression.is_linear and additive.issuperset(expression.columns)


def _macro(definition: Definition, numerator: Expression, denominator: Expression) -> Macro:
    parameters = tuple(dict.fromkeys(numerator.columns + denominator.columns))
    # A row that lacks one of the parts (a feed that its source does not carry) counts in neither.
    complete = " and ".join(f"{quoted(parameter)} is not null" for parameter in parameters)
    summed = f"sum({{}}) filter (where {complete})"
    over, under = (part.with_each_column(summed) for part in (numerator, denominator))
    scale = "" if definition.scale == 1 else f"{exact(definition.scale)}::double * "
    return Macro(
        name=definition.metric,
        parameters=parameters,
        body=f"{scale}({over})::double / nullif(({under})::double, 0)",
        comment=f"Ratio of sums. {definition.description}".strip(),
    )
