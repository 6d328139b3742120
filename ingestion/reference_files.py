"""The family reference/, and gift catalogues beside captures: look-up rows into the batch.

What belongs here: the walk from a file to typed rows and rejects.
What does not: columns and the judgement of a row (reference.py).
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import duckdb

from ingestion.batch import BatchFile, Pending, counted, insert_rejects, insert_rows
from ingestion.landing import RejectedLine
from ingestion.reference import read_rows, row_hash, table_of
from ingestion.warehouse import REFERENCE_COLUMNS


def stage_rows(connection: duckdb.DuckDBPyConnection, entry: Pending, spool: Path) -> BatchFile:
    """Read one file of look-up rows; a file of an unknown table is an error of that file."""
    table = table_of(entry.file.path)
    if table is None:
        known = "unknown table: name its folder as the contract does, reference/<table>/"
        return replace(entry.batch, is_truncated=True, error=known)
    good, rejects = [], []
    try:
        for row in read_rows(entry.file.location, table):
            if row.reason:
                rejects.append(RejectedLine(row.line_no, row.reason, row.raw_text, False))
            else:
                good.append(
                    {
                        "file_id": entry.batch.file_id,
                        "row_hash": row_hash(row.values),
                        **row.values,
                    }
                )
    except (OSError, csv.Error, duckdb.Error) as error:
        return replace(entry.batch, is_truncated=True, error=f"it cannot be read: {error}")
    name = f"ref_{table.name}"
    insert_rows(connection, f"batch.{name}", REFERENCE_COLUMNS[name], good, spool)
    insert_rejects(connection, entry.batch.file_id, rejects, spool)
    batch = replace(entry.batch, lines=len(good) + len(rejects))
    return counted(batch, len(good), len(rejects))
