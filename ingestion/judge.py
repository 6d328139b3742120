"""The exact judgement of one event line: accepted in canonical spelling, or rejected for a reason.

What belongs here: the contract's table "what a bad line gets", in plain Python. The fast pass
(events.py) accepts only what is certainly good; every other line comes here.
What does not: reading files, counting, storing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.contract import (
    EARLIEST_EVENT,
    ENVELOPE,
    EVENT_TYPES,
    FIELDS,
    LATEST_EVENT_AHEAD_HOURS,
    MAX_DEPTH,
    MAX_ID_LENGTH,
    EventType,
    Field,
)

_DIGITS = re.compile(r"[+-]?\d+", re.ASCII)
LOST_DIGITS = re.compile(r"[+-]?\d+(\.\d+([eE][+-]?\d+)?|[eE]\+\d+)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime.fromisoformat(EARLIEST_EVENT).replace(tzinfo=UTC)
_BIGINT_MAX = 2**63 - 1
_BRACKET_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Bad(ValueError):
    """A value that is not of its field's kind."""


@dataclass(frozen=True)
class Accepted:
    """A good line as the fast pass would have liked it: ids as strings, times in UTC with Z."""

    event: dict[str, Any]

    def line(self) -> str:
        return json.dumps(self.event, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Rejected:
    """A bad line's reason, in the contract's words."""

    reason: str


def judge(line: str, now: datetime) -> Accepted | Rejected:
    """Judge one line of an event dump; `now` (aware, UTC) bounds the future."""
    event = _parse(line)
    if event is None:
        return Rejected("malformed_json")
    return judge_event(event, now)


def judge_event(event: Mapping[str, Any], now: datetime) -> Accepted | Rejected:
    """Judge one event that is already an object (a Parquet row, say)."""
    payload = event.get("payload")
    if payload is None:
        payload = {}
    if not isinstance(payload, dict):
        return Rejected("bad_payload")
    event_type = EVENT_TYPES.get(event["event_type"]) if _is_text(event.get("event_type")) else None
    required = {"event_id", "event_type", "event_ts", *_required_of(event_type)}
    canonical: dict[str, Any] = {}
    for field in ENVELOPE:
        try:
            value = _canonical(field, event.get(field.name), now)
        except _Bad:
            return Rejected(f"bad_{field.name}")
        if value is None and field.name in required:
            return Rejected(f"missing_{field.name}")
        if value is not None:
            canonical[field.name] = value
    facts: dict[str, Any] = {}
    for name in event_type.payload if event_type else ():
        try:
            value = _canonical(FIELDS[name], payload.get(name), now)
        except _Bad:
            return Rejected(f"bad_{name}")
        if value is None and name in required:
            return Rejected(f"missing_{name}")
        if value is not None:
            facts[name] = value
    if facts:
        canonical["payload"] = facts
    return Accepted(canonical)


def _required_of(event_type: EventType | None) -> tuple[str, ...]:
    if event_type is None:
        return ()
    marks = (
        (event_type.has_live, "live_id"),
        (event_type.has_creator, "creator_id"),
        (event_type.has_viewer, "viewer_id"),
    )
    return (*(name for present, name in marks if present), *event_type.required)


def _first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


def is_object(text: str) -> bool:
    """Whether a text is a JSON object, whatever is in it."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _parse(line: str) -> dict[str, Any] | None:
    if len(line) > MAX_DEPTH and _depth(line) > MAX_DEPTH:
        return None
    try:
        value = json.loads(line, object_pairs_hook=_first_wins)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or ("\\ud" in line.lower() and _has_surrogate(value)):
        return None
    return value


def _depth(line: str) -> int:
    """How deep brackets nest outside of strings."""
    deepest = depth = 0
    for sign in _BRACKET_OR_STRING.findall(line):
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _has_surrogate(value: Any) -> bool:
    return _SURROGATE.search(json.dumps(value, ensure_ascii=False)) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _canonical(field: Field, value: Any, now: datetime) -> Any:
    """The value in canonical spelling, None where it is absent; raises _Bad."""
    if value is None or value == "":
        return None
    match field.kind:
        case "id":
            return _identifier(value)
        case "text":
            return _text(value, field.name)
        case "integer":
            return _integer(value, field.minimum)
        case "boolean":
            return _boolean(value)
        case "timestamp":
            return _timestamp(value, now, is_bounded=field.name == "event_ts")


def _identifier(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _Bad
    text = str(value)
    if len(text) > MAX_ID_LENGTH or LOST_DIGITS.fullmatch(text):
        raise _Bad
    return text


def _text(value: Any, name: str) -> str:
    if isinstance(value, list) and name == "hashtags":
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool | list | dict):
        raise _Bad
    if isinstance(value, float) and not math.isfinite(value):
        raise _Bad
    return str(value)


def _integer(value: Any, minimum: int | None) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value) and len(value) <= 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _BIGINT_MAX:
        raise _Bad
    if minimum is not None and value < minimum:
        raise _Bad
    return int(value)


def _boolean(value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise _Bad
    return value


def _timestamp(value: Any, now: datetime, *, is_bounded: bool) -> str:
    """ISO-8601 with offset, or epoch milliseconds (a number or a string of digits), as UTC."""
    try:
        if isinstance(value, str) and not _DIGITS.fullmatch(value):
            moment = datetime.fromisoformat(value.strip().upper())
        elif isinstance(value, int | str) and not isinstance(value, bool):
            moment = _EPOCH + timedelta(milliseconds=int(value))
        else:
            raise _Bad
        if moment.tzinfo is None:
            raise _Bad
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _Bad from error
    latest = now + timedelta(hours=LATEST_EVENT_AHEAD_HOURS)
    if is_bounded and not _EARLIEST <= moment <= latest:
        raise _Bad
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
