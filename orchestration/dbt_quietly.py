"""dbt without the events that nobody hears: each statement makes four, and each costs a protobuf.

What belongs here: which of dbt's events are made at all, while a night builds.
What does not: hearing them (dbt_run.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_debug_events() -> Iterator[None]:
    """Meanwhile, dbt's events of the level debug are neither filled nor fired."""
    from dbt_common.events.base_types import BaseEvent, DebugLevel
    from dbt_common.events.event_manager import EventManager

    fill, fire = BaseEvent.__init__, EventManager.fire_event

    def fill_if_heard(event: Any, *arguments: Any, **fields: Any) -> None:
        if not isinstance(event, DebugLevel):
            fill(event, *arguments, **fields)

    def fire_if_heard(manager: Any, e: Any, *arguments: Any, **options: Any) -> None:
        if not isinstance(e, DebugLevel):
            fire(manager, e, *arguments, **options)

    BaseEvent.__init__, EventManager.fire_event = fill_if_heard, fire_if_heard
    try:
        yield
    finally:
        BaseEvent.__init__, EventManager.fire_event = fill, fire
