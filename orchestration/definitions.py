"""The asset graph: for the Dagster UI (`make dev`) and, built by hand, for `livehouse run`.

What belongs here: putting the parts together.
What does not: the parts, and anything at import.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from livehouse.settings import (
    DBT_PROJECT_DIR,
    Home,
    Settings,
    default_home,
    settings_from_environment,
)
from orchestration import assets
from orchestration.dbt_assets import models_from, models_in
from orchestration.dbt_run import prepare_manifest
from orchestration.steps import shift_from_environment
from orchestration.triggers import schedule_of, sensor_of

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

JOB = "nightly"
LOG = "run_log"


@dg.logger
def run_log(_: dg.InitLoggerContext) -> logging.Logger:
    """Into the log file of the run, by way of Python's logging."""
    return logging.getLogger("livehouse.dagster")


def graph(
    settings: Settings,
    manifest_path: Path,
    *,
    manifest: Manifest | None = None,
) -> dg.Definitions:
    """Assets, checks, the job, its schedule and its sensor, over one dbt manifest."""
    described = models_in(manifest_path)
    models = models_from(manifest_path, described, manifest=manifest)
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="One night: load what is new, build, judge, publish.",
    )
    return dg.Definitions(
        assets=[
            assets.landing,
            assets.raw,
            models,
            assets.candidate_from(models.keys, described),
            assets.release,
        ],
        asset_checks=[assets.gate_2],
        jobs=[job],
        schedules=[schedule_of(job, settings)],
        sensors=[sensor_of(job)],
        resources={"shift": shift_from_environment},
        loggers={"console": dg.colored_console_logger, LOG: run_log},
        executor=dg.in_process_executor,
    )


def prepared_graph(home: Home, settings: Settings) -> dg.Definitions:
    """The graph over the project's own manifest, parsed again where it is stale."""
    manifest_path, _ = prepare_manifest(home, settings, DBT_PROJECT_DIR / "target")
    return graph(settings, manifest_path)


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and `dg dev` load."""
    return prepared_graph(default_home(), settings_from_environment())
