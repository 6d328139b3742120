"""dbt without what a night pays for and nobody gets: unheard events, templates compiled again.

What belongs here: the two places where dbt's own code is stepped into; both leave what dbt does as
it is, and are undone afterwards. What does not: calling dbt (dbt_run.py).

What each saves: docs/benchmarks.md, "What was tried".
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

TEMPLATES = "templates.marshal"

_known: dict[str, CodeType] = {}
"""Source of a template -> its code; the same in every home, so it is kept for the process."""


@contextmanager
def without_debug_events() -> Iterator[None]:
    """Meanwhile, dbt's events of the level debug are neither filled nor fired.

    Each statement makes four of them, and each fills a protobuf twice.
    """
    from dbt_common.events.base_types import BaseEvent, DebugLevel
    from dbt_common.events.event_manager import EventManager

    event_class: Any = BaseEvent
    manager_class: Any = EventManager
    fill, fire = event_class.__init__, manager_class.fire_event

    def fill_if_heard(event: Any, *arguments: Any, **fields: Any) -> None:
        if not isinstance(event, DebugLevel):
            fill(event, *arguments, **fields)

    def fire_if_heard(manager: Any, e: Any, *arguments: Any, **options: Any) -> None:
        if not isinstance(e, DebugLevel):
            fire(manager, e, *arguments, **options)

    event_class.__init__, manager_class.fire_event = fill_if_heard, fire_if_heard
    try:
        yield
    finally:
        event_class.__init__, manager_class.fire_event = fill, fire


@contextmanager
def templates_kept(folder: Path) -> Iterator[None]:
    """Meanwhile, no Jinja source is compiled that was compiled before, by an earlier night too.

    Only the step from source to code is spared; what a template says is rendered each time.
    """
    from dbt_common.clients.jinja import MacroFuzzEnvironment

    environment_class: Any = MacroFuzzEnvironment
    compile_anew = environment_class.compile
    file = folder / TEMPLATES
    used: dict[str, CodeType] = {}
    kept = _read(file)
    _known.update(kept)

    def compile_once(
        self: Any, source: Any, name: Any = None, filename: Any = None, *rest: Any, **options: Any
    ) -> Any:
        if not isinstance(source, str) or name or filename or rest or options:
            return compile_anew(self, source, name, filename, *rest, **options)
        code = _known.get(source)
        if code is None:
            code = _known[source] = compile_anew(self, source)
        used[source] = code
        return code

    environment_class.compile = compile_once
    try:
        yield
    finally:
        environment_class.compile = compile_anew
        if not used.keys() <= kept.keys():
            # A cache: where the disk is full, the next night compiles again.
            with suppress(OSError):
                _write(file, used)


def _makers() -> bytes:
    """Who made the code: another Python, Jinja or dbt makes another."""
    versions = (version("jinja2"), version("dbt-common"), importlib.util.MAGIC_NUMBER.hex())
    return " ".join(versions).encode()


def _read(file: Path) -> dict[str, CodeType]:
    """The templates of the file; none where it is missing, damaged or of other makers."""
    try:
        makers, digest, content = file.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return {}
    if makers != _makers() or digest != hashlib.sha256(content).hexdigest().encode():
        return {}
    templates: dict[str, CodeType] = marshal.loads(content)
    return templates


def _write(file: Path, templates: dict[str, CodeType]) -> None:
    content = marshal.dumps(templates)
    digest = hashlib.sha256(content).hexdigest().encode()
    beside = file.with_suffix(".new")
    beside.write_bytes(b"\n".join((_makers(), digest, content)))
    os.replace(beside, file)
