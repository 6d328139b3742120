"""The family webcast/: captures of the public feed into the batch.

What belongs here: the walk from a capture to typed messages and rejects.
What does not: what a message means (webcast.py).
"""

from __future__ import annotations

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
from ingestion.events import lines_sql
from ingestion.warehouse import EVENT_TABLES
from livehouse.settings import Settings


def stage_texts(
    connection: duckdb.DuckDBPyConnection, entries: list[Pending], settings: Settings
) -> list[BatchFile]:
    name_paths(connection, entries)
    lines = lines_sql([str(entry.text) for entry in entries], settings.max_line_bytes)
    connection.execute(f"create or replace temp table capture as {lines}")
    # A JSON object, told by the same parser that the pass uses.
    is_object = "json_valid(line) and json_type(line) = 'OBJECT'"
    objects = f"select file_id, line from capture where {is_object}"
    connection.execute(
        f"create or replace table batch.parsed as "
        f"select * from ({webcast.messages_sql(f'({objects})')})"
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
        insert_rejects(connection, file_id, rejects, entry.text.parent)
        staged.append(counted(entry.batch, good.get(file_id, 0), len(rejects)))
    return staged
