"""All events in one DuckDB table: ids, arrival times and payloads, and the file each lands in.

Belongs here: what turns batches of positions into the typed rows of the contract.
Does not belong here: faults, and how a row is spelled in a file (write).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np

from simulator.batch import CHANNELS, PAYLOADS, Batch
from simulator.ids import DAY_US, HOUR_US, MINUTE_US, SECOND_US, IntArray, dated_ids
from simulator.lives import Live
from simulator.world import MARKETS, World

# How a collector writes its timestamps; those that write milliseconds know no more than that.
SPELLINGS = ("zulu_ms", "zulu_us", "epoch_ms", "zulu_ms", "offset_us", "zulu_us")
FORMATS = ("jsonl", "gz", "zst", "parquet")
SUFFIX = {"jsonl": ".jsonl", "gz": ".jsonl.gz", "zst": ".jsonl.zst", "parquet": ".parquet"}


@dataclass(frozen=True)
class DumpFile:
    """One file of the dump, `number` is its place in the order of delivery."""

    number: int
    folder: str
    stem: str
    format: str
    spelling: str

    @property
    def has_milliseconds_only(self) -> bool:
        return self.spelling.endswith("_ms")

    @property
    def name(self) -> str:
        return self.stem + SUFFIX[self.format]


def plan_files(
    start: date, days: int, files_per_day: int, dump_format: str, *, has_late_file: bool
) -> list[DumpFile]:
    """The files of every day, and with faults a last one that brings old events of day one."""
    files = []
    for number in range(days * files_per_day + (1 if has_late_file else 0)):
        is_late = number == days * files_per_day
        day = start + timedelta(days=min(number // files_per_day, days - 1))
        stem = f"events-{start}-late" if is_late else f"events-{day}-p{number % files_per_day}"
        kind = FORMATS[number % len(FORMATS)] if dump_format == "mixed" else dump_format
        spelling = "zulu_us" if is_late else SPELLINGS[number % len(SPELLINGS)]
        files.append(DumpFile(number, day.isoformat(), stem, kind, spelling))
    return files


_CREATE = """
create table events (
    event_type varchar, event_id bigint, event_ts bigint, received_ts bigint, sort_ts bigint,
    live_id bigint, creator_id bigint, viewer_id bigint, market varchar, channel varchar,
    is_follower boolean, payload varchar, file integer
)
"""


def load_events(
    con: duckdb.DuckDBPyConnection,
    world: World,
    lives: tuple[Live, ...],
    batches: Sequence[Batch],
    files: Sequence[DumpFile],
    *,
    seed: int,
    days: int,
    files_per_day: int,
) -> int:
    """Fill the table `events`; returns the number of rows. Times are microseconds, NULL absent."""
    rng = np.random.default_rng([seed, 5])
    con.execute(_CREATE)
    # Words are text. Left to itself DuckDB looks at some rows, and fails where those have no word.
    con.execute("set pandas_analyze_sample = 0")
    live_ids = np.array([live.live_id for live in lives])
    first_day = lives[0].start_us // DAY_US * DAY_US
    is_coarse = np.array([file.has_milliseconds_only for file in files])
    sequence = 1
    for batch in batches:
        amount = len(batch)
        received = batch.ts + _lag(rng, amount)
        day = (received - first_day) // DAY_US
        part = (received - first_day) % DAY_US * files_per_day // DAY_US
        part = np.where(day < 0, 0, np.where(day >= days, files_per_day - 1, part))
        file = np.clip(day, 0, days - 1) * files_per_day + part
        ids = batch.event_ids
        if ids is None:
            ids = dated_ids(batch.ts, sequence + np.arange(amount))
            sequence += amount
        absent = np.full(amount, -1)
        columns: dict[str, object] = {
            "event_id": ids,
            "event_ts": _rounded(batch.ts, is_coarse[file]),
            "received_ts": np.where(
                rng.random(amount) < 0.005, -1, _rounded(received, is_coarse[file])
            ),
            "sort_ts": received,
            "live_id": absent if batch.live is None else _looked_up(live_ids, batch.live),
            "creator_id": world.creator_ids[batch.creator],
            "viewer_id": absent if batch.viewer is None else world.viewer_ids(batch.viewer),
            "market": (
                world.creator_market[batch.creator]
                if batch.viewer is None
                else batch.viewer // world.population
            ),
            "channel": absent if batch.channel is None else batch.channel,
            "is_follower": absent if batch.is_follower is None else batch.is_follower,
            "file": file,
            **{f"payload_{name}": column for name, column in batch.payload.items()},
        }
        con.register("batch", columns)
        con.execute(_insert_sql(batch.event_type))
        con.unregister("batch")
    return int(con.execute("select count(*) from events").fetchall()[0][0])


def _looked_up(ids: IntArray, position: IntArray) -> IntArray:
    return np.where(position >= 0, ids[position], -1)


def _rounded(ts: IntArray, is_coarse: IntArray) -> IntArray:
    return np.where(is_coarse, ts - ts % 1000, ts)


def _lag(rng: np.random.Generator, amount: int) -> IntArray:
    """Seconds as a rule, minutes for one in fifty, hours for one in three hundred."""
    luck = rng.random(amount)
    lag = SECOND_US // 5 + (rng.exponential(1.5, amount) * SECOND_US).astype(np.int64)
    lag = np.where(luck < 0.02, lag + rng.integers(0, 15 * MINUTE_US, amount), lag)
    return np.where(luck < 0.003, lag + rng.integers(0, 6 * HOUR_US, amount), lag)


def _insert_sql(event_type: str) -> str:
    parts = []
    for name, kind in PAYLOADS[event_type].items():
        column = f"payload_{name}"
        known = f"nullif({column}, -1)"
        if kind == "int":
            parts.append(f"""'"{name}":' || {known}""")
        elif kind == "bool":
            parts.append(f"""'"{name}":' || ({column} = 1)""")
        elif kind == "id":
            parts.append(f"""'"{name}":"' || {known} || '"'""")
        elif kind == "text":
            parts.append(f"""'"{name}":"' || {column}::varchar || '"'""")
        else:
            parts.append(f"""'"{name}":"' || {_word(column, kind)} || '"'""")
    payload = "'{' || concat_ws(',', " + ", ".join(parts) + ") || '}'" if parts else "null"
    return f"""
        insert into events
        select
            '{event_type}', event_id, event_ts, nullif(received_ts, -1), sort_ts,
            nullif(live_id, -1), creator_id, nullif(viewer_id, -1),
            {_word("market", [market.code for market in MARKETS])},
            {_word("channel", CHANNELS)},
            case when is_follower >= 0 then is_follower = 1 end,
            {payload}, file
        from batch
    """


def _word(column: str, words: Sequence[str]) -> str:
    """The word that a code stands for; NULL for -1, where the position would be zero."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"list_extract([{listed}], {column} + 1)"
