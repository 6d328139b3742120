"""What a gate says: one judgement a rule, and how a person reads them.

Belongs here: the noun and its text. Does not: any rule, any database, Great Expectations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Gate = Literal["delivery", "candidate"]
Severity = Literal["error", "warning"]

EXAMPLES = 5
"""How many failing rows a check carries."""


@dataclass(frozen=True)
class Check:
    """One judged rule.

    `name` is a sentence that is true when all is well. `table` is `schema.table`, or '' where the
    rule is about the whole file; `metric` is '' where it is about no single metric. `examples` are
    up to five failing rows; `file_ids` are the files a failed delivery check holds back.
    """

    name: str
    gate: Gate
    table: str
    metric: str
    severity: Severity
    passed: bool
    expected: str
    observed: str
    examples: tuple[dict[str, object], ...] = ()
    file_ids: tuple[int, ...] = ()


def failed(checks: Iterable[Check], severity: Severity) -> tuple[Check, ...]:
    """The checks of one severity that did not pass."""
    return tuple(c for c in checks if not c.passed and c.severity == severity)


def is_publishable(checks: Iterable[Check]) -> bool:
    """Whether a candidate with these checks may be shown.

    A failed delivery check holds a file back and stops nothing; a failed candidate check of
    severity error stops the release.
    """
    return not any(c.gate == "candidate" for c in failed(checks, "error"))


def paragraph(check: Check) -> str:
    """One check for a reader: its sentence, where, what was expected, what was seen, which rows."""
    subject = ".".join(part for part in (check.table, check.metric) if part)
    where = f" ({subject})" if subject else ""
    verdict = "holds" if check.passed else {"error": "FAILED", "warning": "warning"}[check.severity]
    lines = [f"{verdict}: {check.name}{where}"]
    if not check.passed:
        lines.append(f"  expected {check.expected}; {check.observed}")
        lines += [f"  {_row_text(row)}" for row in check.examples[:EXAMPLES]]
    return "\n".join(lines)


def summary(checks: Iterable[Check]) -> str:
    """What failed, hard failures first, then one line of totals."""
    checks = tuple(checks)
    errors, warnings = failed(checks, "error"), failed(checks, "warning")
    parts = [paragraph(check) for check in (*errors, *warnings)]
    passed = len(checks) - len(errors) - len(warnings)
    parts.append(f"{passed} checks hold, {len(warnings)} warn, {len(errors)} failed")
    return "\n".join(parts)


def _row_text(row: dict[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items())
