"""dbt in this process: the manifest, kept until a file of the project changes, and the build.

What belongs here: calling dbt and understanding its answer.
What does not: Dagster (dbt_assets.py), and any SQL.

dbt as a subprocess would cost each night some five seconds more.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livehouse.errors import LivehouseError
from livehouse.settings import DBT_PROJECT_DIR, Home, Settings, duckdb_memory
from orchestration.dbt_quicker import (
    dates_learned_once,
    sql_kept,
    templates_kept,
    without_debug_events,
)
from orchestration.journal import DbtNode, Engine
from orchestration.table_sizes import useful_threads

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

OUTSIDE_THE_PROJECT = frozenset({"target", "logs", "dbt_packages", "__pycache__"})
RESULT_EVENTS = frozenset({"LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogTestResult"})
_parsed: dict[tuple[str, Engine], tuple[bytes, Manifest]] = {}
"""Fingerprint of a project and engine -> its manifest, as text and as dbt's own; a home is not in
it.
"""
REMEDY = "Read the log of this run, mend the model, and run again: nothing was published."


@dataclass(frozen=True)
class BuildResult:
    """What dbt built: every finished node, and the raw events for Dagster."""

    nodes: tuple[DbtNode, ...]
    events: tuple[dict[str, Any], ...]
    error: str = ""


@contextmanager
def quick_imports() -> Iterator[None]:
    """The garbage collector rests while thousands of modules are imported, and dbt's classes make
    the code that reads and writes them when it is first called for: a third quicker.

    What was imported stays, so no later collection has to look at it again.
    """
    from mashumaro.config import BaseConfig

    was_enabled, known = gc.isenabled(), len(sys.modules)
    gc.disable()
    BaseConfig.lazy_compilation = True
    try:
        yield
    finally:
        if len(sys.modules) > known:
            gc.freeze()
        if was_enabled:
            gc.enable()


@contextmanager
def environment(home: Home, settings: Settings, engine: Engine) -> Iterator[None]:
    """What dbt_project/profiles.yml and Spark read, the same for parsing and for building.

    A difference between the two would make dbt parse everything again.
    """
    ours = {
        "LIVEHOUSE_WAREHOUSE": str(home.warehouse),
        "LIVEHOUSE_THREADS": str(settings.threads),
        "LIVEHOUSE_MEMORY_LIMIT": duckdb_memory(settings.memory_limit),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    if engine == "spark":
        master = os.environ.get("LIVEHOUSE_SPARK_MASTER", f"local[{settings.threads}]")
        ours |= {
            "LIVEHOUSE_SPARK_MASTER": master,
            # The session's own: one that outlives it would still hold another night's tables.
            "LIVEHOUSE_SPARK_CATALOG": "in-memory",
            "LIVEHOUSE_SPARK_WAREHOUSE": str(home.spark_lake),
            "SPARK_LOCAL_DIRS": os.environ.get("SPARK_LOCAL_DIRS", str(home.spark / "spill")),
        }
        if master.startswith("local"):
            ours["SPARK_LOCAL_IP"] = "127.0.0.1"
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def fingerprint(project: Path = DBT_PROJECT_DIR) -> str:
    """A hash over every file of the dbt project: changed means parse and build again."""
    digest = hashlib.sha256(str(project).encode())
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(
            name for name in folders if name not in OUTSIDE_THE_PROJECT and name[0] != "."
        )
        for name in sorted(names):
            if name.startswith("."):
                continue
            path = Path(folder, name)
            digest.update(path.relative_to(project).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def prepare_manifest(
    home: Home,
    settings: Settings,
    target: Path,
    project: Path = DBT_PROJECT_DIR,
    engine: Engine = "duckdb",
) -> tuple[Path, Manifest | None]:
    """The path of an up-to-date manifest.json under `target`, parsed again only where stale.

    The second value is dbt's own manifest: handing it to `build` spares the build its parsing,
    which for dbt is stale already where the home was moved. This process may have parsed the
    project for another home.
    """
    manifest, stamp = target / "manifest.json", target / "manifest.fingerprint"
    current = f"{fingerprint(project)} {version('dbt-core')} {project}"
    known = stamp.read_text() if stamp.exists() else ""
    text, parsed = _parsed.get((current, engine), (b"", None))
    is_fresh = manifest.exists() and known == current
    if not is_fresh and parsed is not None:
        target.mkdir(parents=True, exist_ok=True)
        manifest.write_bytes(text)
        stamp.write_text(current)
    if parsed is not None:
        return manifest, parsed
    if is_fresh and (parsed := _saved_manifest(target)) is not None:
        return manifest, parsed
    if not known.endswith(f" {project}"):
        # dbt goes on from what it parsed, and would look for seeds where the project lay then.
        (target / "partial_parse.msgpack").unlink(missing_ok=True)
    result = _invoke(["parse"], home, settings, target, project, engine=engine)
    if isinstance(result.exception, OSError):
        raise result.exception
    if not result.success:
        raise LivehouseError(
            f"The dbt project cannot be parsed: {result.exception or 'see the log'}.",
            where=str(project),
            remedy=REMEDY,
        )
    stamp.write_text(current)
    _parsed[current, engine] = (manifest.read_bytes(), result.result)
    return manifest, result.result


def _saved_manifest(target: Path) -> Manifest | None:
    """The manifest as dbt saved it after parsing; None where it cannot be read."""
    with quick_imports():
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder
    try:
        content = (target / "partial_parse.msgpack").read_bytes()
        manifest = Manifest.from_msgpack(content, decoder=extended_mashumuro_decoder)
    except Exception:  # noqa: BLE001  # whatever is wrong with the file, parsing makes a new one
        return None
    manifest.build_flat_graph()
    manifest.build_parent_and_child_maps()
    return manifest


def build(
    home: Home,
    settings: Settings,
    *,
    target: Path,
    project: Path = DBT_PROJECT_DIR,
    engine: Engine = "duckdb",
    manifest: Manifest | None = None,
    full: bool = False,
    select: Sequence[str] = (),
    on_node: Callable[[DbtNode], None] = lambda node: None,
    on_log: Callable[[str, str], None] = lambda level, text: None,
) -> BuildResult:
    """Build and test the models; unit tests belong to `make test` and are left out.

    `on_node` is called as each node ends, `on_log` for dbt's own log (level, text); both from
    dbt's threads, and not after this has returned or raised: who stops a night does not stop them.
    Models and tests that fail are in the result, not raised.
    """
    from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]

    events: list[dict[str, Any]] = []
    nodes: list[DbtNode] = []
    is_over = False

    def hear(message: Any) -> None:
        if is_over:
            return
        on_log(message.info.level, message.info.msg)
        if message.info.name not in RESULT_EVENTS:
            return
        event = MessageToDict(message, preserving_proto_field_name=True)
        node = _node(event)
        events.append(event)
        nodes.append(node)
        on_node(node)

    # The manifest is there already; writing it once more would take longer than reading it.
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-write-json"]
    if full:
        arguments.append("--full-refresh")
    if select:
        arguments += ["--select", *select]
    with ExitStack() as stack:
        if engine == "duckdb":
            settings = replace(settings, threads=useful_threads(home, settings))
            stack.enter_context(sql_kept(target, fingerprint(project)))
        try:
            result = _invoke(arguments, home, settings, target, project, manifest, [hear], engine)
        finally:
            is_over = True
    error = ""
    if result.exception is not None:
        if not isinstance(result.exception, Exception):
            raise result.exception  # somebody stops the night
        error = str(result.exception)
    elif not result.success:
        error = _failures(result.result) or "dbt failed without naming a node"
    return BuildResult(tuple(nodes), tuple(events), error)


def register_raw(
    home: Home, settings: Settings, folder: Path, *, target: Path, project: Path
) -> None:
    """Tell Spark, in this process, that the raw tables lie in `folder` as Parquet."""
    arguments = ["run-operation", "register_raw", "--args", json.dumps({"folder": str(folder)})]
    arguments.append("--no-write-json")
    result = _invoke(arguments, home, settings, target, project, engine="spark")
    if not result.success:
        raise LivehouseError(
            f"Spark could not be started or does not see the raw tables: {result.exception}.",
            where=str(folder),
            remedy="Look at LIVEHOUSE_SPARK_MASTER, and for the folder on the workers.",
        )


def _failures(run: Any) -> str:
    """Models that could not be built, by name with dbt's message; tests have verdicts instead."""
    return "; ".join(
        f"{result.node.name}: {result.message}"
        for result in getattr(run, "results", ())
        if result.status == "error"
    )


def _node(event: Mapping[str, Any]) -> DbtNode:
    data = event["data"]
    info = data["node_info"]
    status = info.get("node_status")
    failures = data.get("num_failures")
    return DbtNode(
        unique_id=info["unique_id"],
        kind=info["resource_type"],
        status=str(status if status and status != "None" else data["status"]).lower(),
        message=event["info"]["msg"],
        failures=None if failures is None else int(failures),
        seconds=float(data.get("execution_time") or 0.0),
    )


def _invoke(
    arguments: Sequence[str],
    home: Home,
    settings: Settings,
    target: Path,
    project: Path,
    manifest: Manifest | None = None,
    callbacks: Sequence[Callable[[Any], None]] = (),
    engine: Engine = "duckdb",
) -> Any:
    with quick_imports():
        from dbt.adapters.factory import reset_adapters
        from dbt.cli.main import dbtRunner
    target.mkdir(parents=True, exist_ok=True)
    options = [
        *("--project-dir", str(project), "--profiles-dir", str(project), "--target", engine),
        *("--target-path", str(target), "--log-path", str(target)),
        *("--log-level", "none", "--log-level-file", "none", "--quiet", "--no-use-colors"),
        *("--no-print", "--no-send-anonymous-usage-stats", "--no-version-check"),
    ]
    with (
        environment(home, settings, engine),
        without_debug_events(),
        dates_learned_once(),
        templates_kept(target),
    ):
        try:
            return dbtRunner(manifest=manifest, callbacks=list(callbacks)).invoke(
                [*arguments, *options]
            )
        finally:
            # dbt-duckdb keeps its connection: the next step could not open the file otherwise.
            from dbt.adapters.duckdb.connections import DuckDBConnectionManager

            DuckDBConnectionManager.close_all_connections()
            reset_adapters()
