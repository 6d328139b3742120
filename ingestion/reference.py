"""Reference tables: small look-ups that a person or a system keeps (creators, products, rates).

What belongs here: the columns of each table and the judgement of one row.
What does not: which of several rows for a key is valid when (dbt staging decides).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

import duckdb

from ingestion.judge import LOST_DIGITS

Kind = Literal["text", "integer", "decimal", "boolean", "date"]
_DUCKDB_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(28,12)",
    "boolean": "BOOLEAN",
    "date": "DATE",
}
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True)
class ReferenceTable:
    """A reference table: its columns with their kinds, and the key that every row must carry."""

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]

    @property
    def duckdb_columns(self) -> dict[str, str]:
        return {name: _DUCKDB_TYPES[kind] for name, kind in self.columns.items()}


def _table(name: str, key: str, columns: dict[str, Kind]) -> ReferenceTable:
    dated: dict[str, Kind] = {**columns, "valid_from": "date"}
    return ReferenceTable(name, dated, tuple(key.split()))


REFERENCE_TABLES: dict[str, ReferenceTable] = {
    table.name: table
    for table in (
        _table(
            "creators",
            "creator_id",
            {
                "creator_id": "text",
                "handle": "text",
                "market": "text",
                "category": "text",
                "agency_id": "text",
                "joined_date": "date",
            },
        ),
        _table(
            "products",
            "product_id",
            {
                "product_id": "text",
                "title": "text",
                "category": "text",
                "theme": "text",
                "list_price_minor": "integer",
                "currency": "text",
                "is_flagship": "boolean",
            },
        ),
        _table(
            "gifts",
            "gift_id",
            {"gift_id": "text", "name": "text", "coins": "integer", "is_streakable": "boolean"},
        ),
        _table(
            "currency_rates",
            "currency rate_date",
            {"currency": "text", "rate_date": "date", "usd_per_unit": "decimal"},
        ),
        _table("diamond_rates", "market", {"market": "text", "usd_per_diamond": "decimal"}),
        _table(
            "active_users",
            "market week_start",
            {"market": "text", "week_start": "date", "weekly_active_users": "integer"},
        ),
        _table(
            "reward_rules",
            "market rule_id",
            {
                "market": "text",
                "rule_id": "text",
                "metric": "text",
                "threshold": "decimal",
                "reward_share": "decimal",
            },
        ),
        _table(
            "markets",
            "market",
            {
                "market": "text",
                "region": "text",
                "reporting_timezone": "text",
                "currency": "text",
            },
        ),
    )
}


@dataclass(frozen=True)
class ReferenceRow:
    """One row: its line number, and its typed values or the reason why it is rejected."""

    line_no: int
    values: dict[str, Any]
    reason: str | None
    raw_text: str


# A gift catalogue beside webcast captures: its columns, in the words of the contract's `gifts`.
GIFT_CATALOGUE = {
    "snapshot_date": "valid_from",
    "diamond_count": "coins",
    "combo": "is_streakable",
}


def table_of(path: str) -> ReferenceTable | None:
    """The table that a file feeds by its folder, None for an unknown one.

    reference/<table>/... is that table; a csv in webcast/ is a gift catalogue.
    """
    parts = path.split("/")
    if parts[0] == "webcast":
        return REFERENCE_TABLES["gifts"]
    return REFERENCE_TABLES.get(parts[1]) if len(parts) > 2 else None


def read_rows(location: Path, table: ReferenceTable) -> Iterator[ReferenceRow]:
    """The rows of a csv, jsonl or parquet file; blank lines are left out and so not counted."""
    for line_no, values, raw_text in _records(location):
        if values is None:
            yield ReferenceRow(line_no, {}, "malformed_json", raw_text)
        else:
            typed, reason = judge_row(values, table)
            yield ReferenceRow(line_no, typed, reason, raw_text)


def row_hash(values: dict[str, Any]) -> str:
    """The content hash that settles which of two rows with one key and date counts."""
    text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _records(location: Path) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    suffix = location.suffix.lower()
    if suffix == ".csv":
        with location.open(encoding="utf-8-sig", errors="replace", newline="") as source:
            reader = csv.DictReader(source)
            for row in reader:
                values = {_column(name): value for name, value in row.items() if name}
                yield reader.line_num, values, json.dumps(values, ensure_ascii=False)
    elif suffix == ".jsonl":
        with location.open(encoding="utf-8-sig", errors="replace") as lines:
            for line_no, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    value = json.loads(line)
                except (ValueError, RecursionError):
                    value = None
                yield line_no, value if isinstance(value, dict) else None, line.rstrip("\n")
    else:
        relation = duckdb.sql("select * from read_parquet(?)", params=[str(location)])
        for line_no, cells in enumerate(relation.fetchall(), start=1):
            named = dict(zip(relation.columns, cells, strict=True))
            yield line_no, named, json.dumps(named, default=str, ensure_ascii=False)


def _column(name: str) -> str:
    return GIFT_CATALOGUE.get(name.strip(), name.strip())


def judge_row(values: dict[str, Any], table: ReferenceTable) -> tuple[dict[str, Any], str | None]:
    """A row's typed values, or why it is rejected."""
    typed: dict[str, Any] = {}
    for name, kind in table.columns.items():
        value = values.get(name)
        if value is None or str(value).strip() == "":
            if name in table.key:
                return {}, f"missing_{name}"
            typed[name] = None
            continue
        try:
            typed[name] = _typed(value, kind, name)
        except (ValueError, InvalidOperation):
            return {}, f"bad_{name}"
    return typed, None


def _typed(value: Any, kind: Kind, name: str) -> Any:
    text = str(value).strip()
    match kind:
        case "text":
            if name.endswith("_id") and (isinstance(value, float) or LOST_DIGITS.fullmatch(text)):
                raise ValueError(text)
            return text
        case "integer":
            return int(text)
        case "decimal":
            number = Decimal(text)
            if not number.is_finite() or number < 0:
                raise ValueError(text)
            return number
        case "boolean":
            if text.lower() not in _BOOLEANS:
                raise ValueError(text)
            return _BOOLEANS[text.lower()]
        case "date":
            return date.fromisoformat(text[:10])
