"""The family webcast/: captures of the public feed into the batch.

What belongs here: the walk from a capture to typed messages and rejects.
What does not: what a message means (webcast.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingestion import webcast
from ingestion.batch import (
    BatchFile,
    Pending,
    counted,
    insert_rejects,
    name_paths,
    numbered,
)
from ingestion.contract import LATEST_EVENT_AHEAD_HOURS
from ingestion.events import lines_sql
from ingestion.warehouse import EVENT_TABLES
from livehouse.settings import Settings


def stage_texts(
    connection: duckdb.DuckDBPyConnection,
    entries: list[Pending],
    spool: Path,
    settings: Settings,
    now: datetime,
) -> list[BatchFile]:
    """Read capture files into batch.webcast_messages; every line is counted and none is lost."""
    name_paths(connection, entries, spool)
    lines = lines_sql([str(entry.text) for entry in entries], settings.max_line_bytes)
    connection.execute(f"create or replace temp table capture as {lines}")
    latest_ts = now + timedelta(hours=LATEST_EVENT_AHEAD_HOURS)
    # A JSON object, told by the same parser that the pass uses; in an `and` the engine may look at
    # the type first, and fail the night on a line that is no JSON.
    is_object = "case when json_valid(line) then json_type(line) = 'OBJECT' else false end"
    objects = f"select file_id, line from capture where {is_object}"
    connection.execute(
        f"create or replace table batch.parsed as "
        f"select * from ({webcast.messages_sql(f'({objects})', latest_ts=latest_ts)})"
    )
    columns = ", ".join(EVENT_TABLES["webcast_messages"])
    connection.execute(
        f"insert into batch.webcast_messages"
        f" select {columns} from batch.parsed where reject_reason is null"
    )
    good = dict(
        connection.execute(
            "select file_id, count(*) from batch.parsed where reject_reason is null"
            " group by file_id"
        ).fetchall()
    )
    bad: dict[int, list[tuple[str, str]]] = {}
    for file_id, line, reason in connection.execute(
        f"""
        select file_id, raw_line, reject_reason from batch.parsed where reject_reason is not null
        union all
        select file_id, line, 'malformed_json' from capture where not coalesce({is_object}, false)
        """
    ).fetchall():
        bad.setdefault(file_id, []).append((line, reason))
    connection.execute("drop table batch.parsed")
    connection.execute("drop table capture")
    staged = []
    for entry in entries:
        file_id = entry.batch.file_id
        rejects = [*entry.rejects, *numbered(entry.text, bad.get(file_id, []))]
        insert_rejects(connection, file_id, rejects, spool)
        staged.append(counted(entry.batch, good.get(file_id, 0), len(rejects)))
    return staged
