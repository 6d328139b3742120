"""The dump files: how a row is spelled in JSON lines or Parquet, and how a file appears.

Belongs here: spelling, compression, and the rename that makes a file visible when complete.
Does not belong here: what the rows say (store) and what is wrong with them (faults).
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import duckdb
import zstandard

from simulator.faults import BROKEN_LINES
from simulator.store import DumpFile

_ORDER = "order by sort_ts, event_id, received_ts, event_ts, payload"


def write_files(
    con: duckdb.DuckDBPyConnection, out: Path, files: Sequence[DumpFile], *, faults: bool
) -> list[Path]:
    """Write every file that has rows below `out/<day>/`; returns their paths in order."""
    filled = {row[0] for row in con.execute("select distinct file from events").fetchall()}
    paths = []
    for file in files:
        if file.number not in filled:
            continue
        folder = out / file.folder
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{file.name}.part"
        if file.format == "parquet":
            _write_parquet(con, file, partial)
        else:
            _write_lines(con, file, partial, BROKEN_LINES if faults else ())
        os.replace(partial, folder / file.name)
        paths.append(folder / file.name)
    return paths


def _write_parquet(con: duckdb.DuckDBPyConnection, file: DumpFile, path: Path) -> None:
    con.execute(
        f"""
        copy (
            select
                event_id::varchar as event_id,
                event_type,
                make_timestamp(event_ts) as event_ts,
                make_timestamp(received_ts) as received_ts,
                live_id::varchar as live_id,
                creator_id::varchar as creator_id,
                viewer_id::varchar as viewer_id,
                market,
                channel,
                is_follower,
                payload,
            from (from events where file = {file.number} {_ORDER})
        ) to '{_quoted(path)}' (format parquet, compression zstd)
        """
    )


def _write_lines(
    con: duckdb.DuckDBPyConnection, file: DumpFile, path: Path, broken: Sequence[bytes]
) -> None:
    plain = path.with_name(f".{file.stem}.plain.part")
    con.execute(
        f"""
        copy (
            select '{{' || concat_ws(
                ',',
                '"event_id":"' || event_id || '"',
                '"event_type":"' || event_type || '"',
                '"event_ts":' || {_spelled("event_ts", file.spelling)},
                '"received_ts":' || {_spelled("received_ts", file.spelling)},
                '"live_id":"' || live_id || '"',
                '"creator_id":"' || creator_id || '"',
                '"viewer_id":"' || viewer_id || '"',
                '"market":"' || market || '"',
                '"channel":"' || channel || '"',
                '"is_follower":' || is_follower,
                '"payload":' || payload
            ) || '}}'
            from (from events where file = {file.number} {_ORDER})
        ) to '{_quoted(plain)}' (
            format csv, header false, quote '', escape '', delimiter e'\\x01'
        )
        """
    )
    if broken:
        with plain.open("ab") as sink:
            sink.writelines(broken)
    if file.format == "jsonl":
        os.replace(plain, path)
        return
    with plain.open("rb") as source, path.open("wb") as sink:
        _compress(source, sink, file.format)
    plain.unlink()


def _compress(source: BinaryIO, sink: BinaryIO, kind: str) -> None:
    if kind == "gz":
        # Neither name nor time in the header: equal events give equal bytes.
        with gzip.GzipFile("", "wb", compresslevel=4, fileobj=sink, mtime=0) as packed:
            shutil.copyfileobj(source, packed, 1 << 20)
    else:
        zstandard.ZstdCompressor(level=3).copy_stream(source, sink)


def _spelled(column: str, spelling: str) -> str:
    if spelling == "epoch_ms":
        return f"({column} // 1000)"
    if spelling == "offset_us":
        local = f"make_timestamp({column} + 9 * 3600000000)"
        return f"""'"' || strftime({local}, '%Y-%m-%dT%H:%M:%S.%f+09:00') || '"'"""
    pattern = "%Y-%m-%dT%H:%M:%S." + ("%gZ" if spelling == "zulu_ms" else "%fZ")
    return f"""'"' || strftime(make_timestamp({column}), '{pattern}') || '"'"""


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
