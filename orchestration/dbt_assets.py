"""The dbt project as Dagster assets: one asset a model, one check a test.

What belongs here: how dbt's names become Dagster's, and the one step that builds them all.
What does not: calling dbt (dbt_run.py).
"""

# No `from __future__ import annotations` here: Dagster reads the annotation of `context` itself.

import functools
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from ingestion.touched import begin_build, end_build
from livehouse.errors import LivehouseError
from livehouse.profile import Span
from orchestration.dbt_run import REMEDY, BuildResult, build, fingerprint
from orchestration.journal import DbtNode, Engine, Shift
from orchestration.leftovers import LISTS, drop_leftovers
from orchestration.steps import WAREHOUSE_POOL, forget_failure, step
from orchestration.table_sizes import table_sizes
from publishing.candidate import Models
from publishing.last_release import RebuiltBy

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

RAW = dg.AssetKey("raw")
LEVELS = {"info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}

dbt_log = logging.getLogger("livehouse.dbt")


class Rooms(DagsterDbtTranslator):  # type: ignore[misc]
    """A model is `<room>/<model>` in the group of its room; every source is the asset `raw`."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_duplicate_source_asset_keys=True, enable_source_tests_as_checks=True
            )
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return RAW
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "source":
            return None
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props.get("description") or "")


def models_in(manifest_path: Path) -> Models:
    """What the models say of themselves, by which columns those are rebuilt that are in parts, and
    which of them only show another one.

    The descriptions become comments of the published file once; as comments of the warehouse dbt
    would set them anew each night, statement by statement, for a third of its time.
    """
    found, rebuilt, shown = {}, {}, {}
    nodes = json.loads(manifest_path.read_text())["nodes"]
    for node in nodes.values():
        if node["resource_type"] in ("model", "seed"):
            name, settings = f"{node['schema']}.{node['name']}", node["config"]
            found[name] = node["description"].strip()
            for column in node["columns"].values():
                found[f"{name}.{column['name']}"] = column["description"].strip()
            if settings["materialized"] == "rebuilt":
                schema, _, table = settings["rebuilt_in"].partition(".")
                rebuilt[node["schema"], node["name"]] = RebuiltBy(
                    tuple(settings["rebuilt_by"]), (schema, table)
                )
            if settings["materialized"] == "shown":
                read = [nodes[unique_id] for unique_id in node["depends_on"]["nodes"]]
                (fact,) = (one["name"] for one in read if one["name"].startswith("fct_"))
                shown[node["schema"], node["name"]] = ("facts", fact)
    return Models({name: text for name, text in found.items() if text}, rebuilt, shown)


def models_from(
    manifest_path: Path, described: Models, manifest: "Manifest | None" = None
) -> dg.AssetsDefinition:
    """Every model of the manifest as one step; dbt's own `manifest` spares it the parsing."""
    # Read here: given the path, dagster-dbt would remember the first content for ever.
    contents = json.loads(manifest_path.read_bytes())
    rooms = Rooms()
    tables = _tables(contents)
    made = frozenset(
        f"{node['schema']}.{node['name']}"
        for node in contents["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    )
    parts = frozenset(".".join(table) for table in described.rebuilt)
    lists = frozenset(
        f"{LISTS}.{node['name']}"
        for node in contents["nodes"].values()
        if node["config"].get("lists")
    )

    @dbt_assets(  # type: ignore[untyped-decorator]
        manifest=contents,
        name="models",
        dagster_dbt_translator=rooms,
        pool=WAREHOUSE_POOL,
    )
    def models(context: dg.AssetExecutionContext, shift: dg.ResourceParam[Shift]) -> Iterator[Any]:
        orders, journal = shift.orders, shift.journal
        total = len(context.assets_def.keys)
        built, cpu_before = 0, time.process_time()

        def on_node(node: DbtNode) -> None:
            nonlocal built, cpu_before
            # The first node counts with what dbt did before it.
            cpu = time.process_time()
            table = tables.get(node.unique_id, "")
            journal.nodes.append(replace(node, table=table, cpu_seconds=cpu - cpu_before))
            cpu_before = cpu
            if node.kind != "test":
                built += 1
                journal.say(f"models: {built} of {total}")

        _ask_once_for_the_keys(context)
        whole: set[str] = set()
        with step(shift, "models"), _timed(shift, whole):
            project = fingerprint(orders.project)
            # What Spark builds is of no use to the next night's rebuilding.
            begun = begin_build(
                orders.home,
                orders.settings,
                project,
                full=orders.full or orders.engine == "spark",
            )
            whole |= made if begun.is_full else made - parts
            selection = _selection(context)
            result = builder(orders.engine)(
                orders.home,
                orders.settings,
                target=orders.dbt_target,
                project=orders.project,
                manifest=manifest,
                full=begun.is_full,
                select=selection,
                on_node=on_node,
                on_log=_tell_dbt_log,
            )
            for event in result.events:
                message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
                yield from message.to_default_asset_events(
                    contents, dagster_dbt_translator=rooms, context=context
                )
            if result.error:
                raise LivehouseError(
                    f"The models could not be built: {result.error}.",
                    where=str(orders.project),
                    remedy=REMEDY,
                )
            failed = [node.name for node in result.nodes if node.state == "failed"]
            if failed:
                raise dg.Failure(
                    f"dbt tests failed: {', '.join(failed)}. Nothing is published.",
                    allow_retries=False,
                )
            if not selection and orders.engine == "duckdb":
                if begun.is_full:
                    for left in drop_leftovers(orders.home, orders.settings, made | lists):
                        journal.say(f"models: no model makes {left} any more, dropped")
                journal.lives_rebuilt = end_build(orders.home, orders.settings, project)
                journal.goes_on_from = begun.goes_on_from
        forget_failure(shift)

    built: dg.AssetsDefinition = models
    return built


def _ask_once_for_the_keys(context: dg.AssetExecutionContext) -> None:
    """After each output of a step Dagster works out the keys of all its outputs, which stay the
    same: the square of the models.
    """
    inner: Any = context.get_step_execution_context()
    keys = getattr(inner, "get_output_asset_keys", None)
    if keys is not None:
        inner.get_output_asset_keys = functools.cache(keys)


def builder(engine: Engine) -> Callable[..., BuildResult]:
    """What builds the models; Spark's packages are looked for only where they are needed."""
    if engine == "duckdb":
        return build
    from orchestration.spark import build_on_spark

    return build_on_spark


def _tables(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Model -> its own `room.model`; test -> that of the one model it is about, if there is one."""
    nodes = manifest["nodes"]
    tables = {
        unique_id: f"{node['schema']}.{node['name']}"
        for unique_id, node in nodes.items()
        if node["resource_type"] != "test"
    }
    for unique_id, node in nodes.items():
        model = nodes.get(node.get("attached_node") or "")
        if node["resource_type"] == "test" and model:
            tables[unique_id] = f"{model['schema']}.{model['name']}"
    return tables


@contextmanager
def _timed(shift: Shift, whole: Set[str]) -> Iterator[None]:
    """The time of each model, of the tests by room, and of dbt around them, into the profile; and
    how large the tables are of which the `whole` was made.
    """
    start, before = time.monotonic(), len(shift.journal.nodes)
    try:
        yield
    except Exception:
        _record_times(shift, time.monotonic() - start, before, whole)
        raise
    # Who stops the night from outside finds dbt in the warehouse: nothing more is asked of it.
    _record_times(shift, time.monotonic() - start, before, whole)


def _record_times(shift: Shift, wall: float, before: int, whole: Set[str]) -> None:
    journal = shift.journal
    nodes = journal.nodes[before:]
    sizes = table_sizes(shift.orders.home, whole)
    tests: dict[str, tuple[float, float]] = {}
    for node in nodes:
        if node.kind == "test":
            name = f"dbt tests of {node.table.partition('.')[0] or 'several rooms'}"
            seconds, cpu = tests.get(name, (0.0, 0.0))
            tests[name] = (seconds + node.seconds, cpu + node.cpu_seconds)
        else:
            rows, size = sizes.get(node.table, (None, None))
            span = Span("models", node.table, node.seconds, node.cpu_seconds, rows, size)
            journal.profile.add(span)
    for name, (seconds, cpu) in sorted(tests.items()):
        journal.profile.add(Span("checks", name, seconds, cpu))
    around = wall - sum(node.seconds for node in nodes)
    # Where dbt builds several models at a time (Spark) their seconds are more than the wall's.
    journal.profile.add(Span("models", "dbt around them", max(around, 0.0)))


def _tell_dbt_log(level: str, text: str) -> None:
    """dbt's own log goes where Python's logging goes: for `livehouse run`, the log of the run."""
    dbt_log.log(LEVELS.get(level, logging.DEBUG), "%s", text)


def _selection(context: dg.AssetExecutionContext) -> tuple[str, ...]:
    """dbt's names of the selected models, empty for all."""
    if not context.is_subset:
        return ()
    specs = context.assets_def.specs_by_key
    return tuple(
        str(specs[key].metadata["dagster_dbt/unique_id"]).split(".")[2]
        for key in sorted(context.selected_asset_keys)
    )
