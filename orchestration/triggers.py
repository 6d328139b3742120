"""What starts a night by itself: the clock and a new file. Both are off at first.

What belongs here: the schedule and the sensor.
What does not: deciding whether a file is new to the warehouse (ingestion does, by its bytes).
"""

from __future__ import annotations

import json

import dagster as dg

from ingestion.landing import scan
from livehouse.settings import Settings, default_home, landing_of

SENSOR_SECONDS = 60


def schedule_of(job: dg.UnresolvedAssetJobDefinition, settings: Settings) -> dg.ScheduleDefinition:
    """Every night at the time of the settings."""
    return dg.ScheduleDefinition(
        name="every_night",
        job=job,
        cron_schedule=settings.schedule_cron,
        execution_timezone=settings.schedule_timezone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )


def sensor_of(job: dg.UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """A night whenever a finished file appears in the landing folder, or one changes."""

    @dg.sensor(
        name="new_landing_file",
        job=job,
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
    )
    def new_landing_file(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        folder = landing_of(default_home())
        if not folder.is_dir():
            return dg.SkipReason(f"There is no landing folder {folder} yet.")
        files = {file.path: [file.bytes, file.mtime_ns] for file in scan(folder)}
        before = json.loads(context.cursor) if context.cursor else {}
        new = [path for path, state in files.items() if before.get(path) != state]
        if not new:
            return dg.SkipReason("No new file.")
        cursor = json.dumps(files, sort_keys=True)
        return dg.SensorResult(run_requests=[dg.RunRequest()], cursor=cursor)

    return new_landing_file
