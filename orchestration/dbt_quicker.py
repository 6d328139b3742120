"""dbt without what a night pays for and nobody gets: unheard events, dates learned again, templates
compiled again, SQL rendered again.

What belongs here: the four places where dbt's own code is stepped into; all leave what dbt does as
it is, and are undone afterwards. What does not: calling dbt (dbt_run.py).

What each saves: docs/benchmarks.md, "What was tried".
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import marshal
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

TEMPLATES = "templates.marshal"
SQL = "sql.marshal"

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
def dates_learned_once() -> Iterator[None]:
    """Meanwhile, what agate knows of how dates are written is made once.

    dbt makes an empty agate table for each statement, and each learns it anew, twice.
    """
    import parsedatetime  # type: ignore[import-untyped]

    module: Any = parsedatetime
    learn = module.Constants
    module.Constants = functools.cache(learn)
    try:
        yield
    finally:
        module.Constants = learn


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
    kept: dict[str, CodeType] = _read(file, _makers())
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
            _write(file, _makers(), used)


@contextmanager
def sql_kept(folder: Path, project: str) -> Iterator[None]:
    """Meanwhile, no model or test is rendered that was rendered before from the same `project`: a
    text that tells of its files and of all else that SQL is made from.

    What looks at more than the project, such as a table's columns or the time, is rendered each
    night; the materialization always is.
    """
    from dbt.compilation import Compiler

    compiler_class: Any = Compiler
    render = compiler_class._compile_code
    file, made_from = folder / SQL, f"{_makers()} {version('dbt-core')} {project}"
    kept: dict[str, str] = _read(file, made_from)
    sql = dict(kept)

    def render_once(self: Any, node: Any, manifest: Any, *more: Any) -> Any:
        if node.unique_id in sql and not any(more):
            node.compiled_code, node.compiled = sql[node.unique_id], True
            return node
        node = render(self, node, manifest, *more)
        if not any(more) and _is_of_the_project_alone(node, manifest):
            sql[node.unique_id] = node.compiled_code
        return node

    compiler_class._compile_code = render_once
    try:
        yield
    finally:
        compiler_class._compile_code = render
        if sql.keys() != kept.keys():
            _write(file, made_from, sql)


_MORE_THAN_THE_PROJECT = re.compile(
    r"\b(adapter\.(?!dispatch)|env_var|flags\.|invocation_(id|args)|is_incremental|load_relation"
    r"|load_result|modules\.|run_query|run_started_at|selected_resources|statement|var\()"
)


def _is_of_the_project_alone(node: Any, manifest: Any) -> bool:
    """Whether rendering did no more than make the SQL, of nothing but the project's files."""
    if node.resource_type not in ("model", "test") or node.language != "sql" or node.extra_ctes:
        return False
    # dbt writes the names of other tables into these two.
    if (node.resource_type == "test" and node.is_relational) or getattr(node, "constraints", ()):
        return False
    seen: set[str] = set()
    ahead = [node]
    while ahead:
        part = ahead.pop()
        if _MORE_THAN_THE_PROJECT.search(getattr(part, "macro_sql", "") or node.raw_code):
            return False
        more = set(part.depends_on.macros) - seen
        seen |= more
        ahead += [manifest.macros[name] for name in more]
    return True


def _makers() -> str:
    """Who made the code: another Python, Jinja or dbt makes another."""
    return f"{version('jinja2')} {version('dbt-common')} {importlib.util.MAGIC_NUMBER.hex()}"


def _read(file: Path, made_from: str) -> dict[str, Any]:
    """What the file keeps; nothing where it is missing, damaged or made from something else."""
    try:
        origin, digest, content = file.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return {}
    if origin != made_from.encode() or digest != hashlib.sha256(content).hexdigest().encode():
        return {}
    kept: dict[str, Any] = marshal.loads(content)
    return kept


def _write(file: Path, made_from: str, kept: dict[str, Any]) -> None:
    content = marshal.dumps(kept)
    digest = hashlib.sha256(content).hexdigest().encode()
    beside = file.with_suffix(".new")
    # A cache: where the disk is full, the next night does the work again.
    with suppress(OSError):
        beside.write_bytes(b"\n".join((made_from.encode(), digest, content)))
        os.replace(beside, file)
