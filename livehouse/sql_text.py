"""Names and texts written into SQL that takes no parameters (DDL, ATTACH, generated checks).

Belongs here: quoting. Does not: any statement; values of a query go in as parameters.
"""

from __future__ import annotations

from decimal import Decimal


def quoted(*names: str) -> str:
    """An identifier in double quotes; several are joined by dots: `"facts"."fct_view"`."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def literal(text: str) -> str:
    """A text in single quotes, safe whatever it holds (DuckDB has no backslash escapes)."""
    return "'" + text.replace("'", "''") + "'"


def exact(number: float) -> str:
    """A number as an exact decimal literal: 0.01 means one hundredth, not the nearest double."""
    return format(Decimal(repr(number)), "f")
