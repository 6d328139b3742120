"""The same lines in other files: packed, doubled, held, taken back, over any nights in any order.

What belongs here: parcels of lines, how they get into a home, and the hash of what a table holds.
What does not: which lines (the tests say that), and what is right about one order.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import zstandard

from ingestion.load import has_news, merge, stage
from ingestion.withdraw import find_file, withdraw
from livehouse.settings import Home, Settings

Packing = Literal["jsonl", "gz", "zst", "parquet"]
Fate = Literal["plain", "interrupted", "cut", "held", "withdrawn", "stranger"]
PACKINGS: tuple[Packing, ...] = ("jsonl", "gz", "zst", "parquet")
FATES: tuple[Fate, ...] = ("plain", "interrupted", "cut", "held", "withdrawn")
TEXTS = ("event_id", "event_type", "event_ts", "received_ts", "live_id", "creator_id", "viewer_id",
         "market", "channel")  # fmt: skip


@dataclass(frozen=True)
class Parcel:
    """A file below landing: it comes in `night`, in the order of `lines`, and has a fate.

    `interrupted`: the night dies after reading and runs again. `cut`: at first only its beginning
    comes. `held`: gate 1 holds it back, and it is accepted by hand. `withdrawn`: taken back and
    accepted again. Each a night later. A `stranger` is taken back for good.
    """

    path: str
    lines: tuple[str, ...]
    packing: Packing = "jsonl"
    night: int = 1
    fate: Fate = "plain"

    @property
    def location(self) -> str:
        return f"{self.path}.{self.packing if self.packing == 'parquet' else 'jsonl'}" + (
            f".{self.packing}" if self.packing in ("gz", "zst") else ""
        )

    @property
    def can_be_cut(self) -> bool:
        return self.packing in ("gz", "zst") and self.fate == "cut"

    @property
    def is_settled_later(self) -> bool:
        return self.fate in ("cut", "held", "withdrawn")


def fits_parquet(line: str) -> bool:
    """Whether a row of texts, a boolean and a JSON payload says the same as the line."""
    try:
        line.encode()
        event = json.loads(line)
    except ValueError:
        return False
    return (
        isinstance(event, dict)
        and all(event.get(name) is None or isinstance(event[name], str) for name in TEXTS)
        and isinstance(event.get("is_follower"), bool | None)
        and isinstance(event.get("payload", {}), dict)
        and event.keys() <= {*TEXTS, "is_follower", "payload"}
    )


def in_parcels(
    rng: random.Random, family: str, lines: Sequence[str], files: int, nights: int
) -> list[Parcel]:
    """Every line in one file or two, the lines of a file in any order; one file is always text."""
    held: list[list[str]] = [[] for _ in range(files)]
    packings: list[Packing] = [rng.choice(PACKINGS) for _ in range(files)]
    packings[0] = rng.choice(PACKINGS[:3])
    if family == "webcast":
        packings = [rng.choice(PACKINGS[:3]) for _ in range(files)]
    for line in lines:
        for number in rng.sample(range(files), k=min(files, rng.choice((1, 1, 2)))):
            fits = packings[number] != "parquet" or fits_parquet(line)
            held[number if fits else 0] += [line] * rng.choice((1, 1, 1, 2))
    parcels = []
    for number, packing in enumerate(packings):
        rng.shuffle(held[number])
        if held[number]:
            parcels.append(
                Parcel(
                    f"{family}/{rng.choice('abc')}/{number}",
                    tuple(held[number]),
                    packing,
                    rng.randint(1, nights),
                    rng.choice(FATES),
                )
            )
    return parcels


def write(landing: Path, parcel: Parcel, *, is_whole: bool = True) -> None:
    """The parcel's file, or the beginning of one that is cut."""
    path = landing / parcel.location
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in parcel.lines).encode("utf-8", "surrogateescape")
    if parcel.packing == "parquet":
        _write_parquet(path, parcel.lines)
        return
    if parcel.packing == "gz":
        text = gzip.compress(text, mtime=0)
    elif parcel.packing == "zst":
        text = zstandard.ZstdCompressor().compress(text)
    path.write_bytes(text if is_whole else text[: len(text) * 2 // 3])


def _write_parquet(path: Path, lines: Iterable[str]) -> None:
    rows = [json.loads(line) for line in lines]
    columns = [*TEXTS, "is_follower", "payload"]
    kinds = ", ".join(f"{c} {'boolean' if c == 'is_follower' else 'varchar'}" for c in columns)
    values = [
        [
            json.dumps(row["payload"]) if name == "payload" and name in row else row.get(name)
            for name in columns
        ]
        for row in rows
    ]
    with duckdb.connect() as connection:
        connection.execute(f"create table events ({kinds})")
        connection.executemany(
            f"insert into events values ({', '.join('?' for _ in columns)})", values
        )
        connection.execute(f"copy events to '{path}' (format parquet)")


def deliver(
    home: Home,
    landing: Path,
    parcels: Sequence[Parcel],
    settings: Settings,
    now: datetime,
    last_night: Callable[[frozenset[str]], object] | None = None,
) -> None:
    """Every parcel by its night and its fate; idle runs between. `last_night` takes the paths to
    accept, in place of the last load.
    """
    landing.mkdir(parents=True, exist_ok=True)
    # Of files with the same bytes the log knows one: none can be named for what befalls it.
    bytes_of = Counter((parcel.lines, parcel.packing) for parcel in parcels)
    parcels = [
        parcel if bytes_of[parcel.lines, parcel.packing] == 1 else replace(parcel, fate="plain")
        for parcel in parcels
    ]
    nights = max(parcel.night for parcel in parcels) + 1
    for night in range(1, nights + 1):
        for parcel in parcels:
            if parcel.night == night:
                write(landing, parcel, is_whole=not parcel.can_be_cut)
            elif parcel.night == night - 1 and parcel.can_be_cut:
                write(landing, parcel)
        accept = frozenset(
            parcel.location
            for parcel in parcels
            if parcel.night == night - 1 and parcel.is_settled_later and not parcel.can_be_cut
        )
        if night == nights and last_night is not None:
            last_night(accept)
            break
        new = [parcel for parcel in parcels if parcel.night == night]
        held = {parcel.location for parcel in new if parcel.fate in ("cut", "held")}
        if any(parcel.fate == "interrupted" for parcel in new):
            stage(home, settings, landing, now, accept)
        load(home, landing, settings, now, held, accept)
        assert not has_news(home, settings, landing)
        if night == 1:
            load(home, landing, settings, now, set(), frozenset())
        for parcel in new:
            if parcel.fate in ("withdrawn", "stranger"):
                withdraw(home, settings, find_file(home, settings, parcel.location))


def load(
    home: Home,
    landing: Path,
    settings: Settings,
    now: datetime,
    held: set[str],
    accept: frozenset[str],
) -> None:
    """Read and merge what is new, holding back the named files unless they are accepted."""
    delivery = stage(home, settings, landing, now, accept)
    merge(
        home,
        settings,
        {
            file.file_id: "held in a test"
            for file in delivery.files
            if (file.path in held or file.is_truncated) and not file.is_accepted_by_hand
        },
        now,
    )


def content_hashes(
    file: Path, schemas: Sequence[str], without: frozenset[str], *, distinct: bool = False
) -> dict[str, tuple[int, int]]:
    """Rows and a hash of the content of every table, in whatever order its rows lie: schema.table
    to (rows, hash). Doubles count with every bit. `without` names tables, or table.column.
    """
    hashes: dict[str, tuple[int, int]] = {}
    with duckdb.connect(str(file), read_only=True) as reader:
        for table, columns in reader.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index)"
            " from duckdb_columns() where list_contains(?, schema_name) group by all order by all",
            [list(schemas)],
        ).fetchall():
            counted = [f'"{name}"' for name in columns if f"{table}.{name}" not in without]
            if table in without:
                continue
            row: Any = reader.execute(
                f"select count(*), coalesce(sum(hash({', '.join(counted)})::hugeint), 0)"
                f" from (select {'distinct' if distinct else ''} {', '.join(counted)} from {table})"
            ).fetchone()
            hashes[table] = (int(row[0]), int(row[1]))
    return hashes
