"""The entry: one call writes dumps, reference tables and the planted truth below a folder.

Belongs here: the order of the steps. Does not belong here: any of the steps.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from simulator.events import draw_events
from simulator.faults import plant_faults
from simulator.lives import plan_lives
from simulator.minutes import lay_out
from simulator.references import write_references
from simulator.store import FORMATS, load_events, plan_files
from simulator.truth import planted_truth
from simulator.world import build_world
from simulator.write import write_files


@dataclass(frozen=True)
class Simulation:
    """What was written; `events` counts distinct events, without copies, bad and unknown lines."""

    out: Path
    event_files: tuple[Path, ...]
    reference_files: tuple[Path, ...]
    truth_file: Path
    events: int
    lives: int


def simulate(
    out: Path,
    *,
    days: int = 3,
    events_per_day: int = 40_000,
    start: date = date(2026, 3, 27),
    seed: int = 1,
    faults: bool = False,
    format: str = "jsonl",
    files_per_day: int = 2,
    live_skew: float | None = None,
) -> Simulation:
    """Write a simulated landing folder; equal arguments give equal bytes.

    `start` is the first UTC day; the default span crosses Europe's clock change. `format` is
    jsonl, gz, zst, parquet, or mixed (one of each in turn). `live_skew` is the share of all
    impressions that the biggest LIVE gets. Raises ValueError for arguments out of range.
    """
    if format not in (*FORMATS, "mixed"):
        raise ValueError(f"format is one of {', '.join(FORMATS)} or mixed, not {format!r}")
    for name, value in (
        ("days", days),
        ("events_per_day", events_per_day),
        ("files_per_day", files_per_day),
    ):
        if value < 1:
            raise ValueError(f"{name} is at least 1, not {value}")
    if seed < 0:
        raise ValueError(f"seed is not negative, unlike {seed}")
    world = build_world(seed, events_per_day)
    lives = plan_lives(
        world,
        seed=seed,
        start=start,
        days=days,
        events_per_day=events_per_day,
        live_skew=live_skew,
    )
    batches = draw_events(
        world, lives, lay_out(lives), seed=seed, wanted=days * events_per_day, days=days
    )
    has_late_file = faults and days > 1
    files = plan_files(start, days, files_per_day, format, has_late_file=has_late_file)
    truth = planted_truth(world, lives)
    with duckdb.connect() as con:
        events = load_events(
            con, world, lives, batches, files, seed=seed, days=days, files_per_day=files_per_day
        )
        if faults:
            planted = plant_faults(con, files, seed=seed, days=days)
            events -= planted.missing_leaves + len(planted.live_ids_without_end)
            truth["faults"] = planted.as_dict()
        paths = write_files(con, out / "events", files, faults=faults)
    references = write_references(out / "reference", world, start, days)
    truth_file = _write_truth(
        out / "truth.json",
        {"seed": seed, "start": start.isoformat(), "days": days, "lives": len(lives), **truth},
    )
    return Simulation(out, tuple(paths), tuple(references), truth_file, events, len(lives))


def _write_truth(path: Path, truth: dict[str, object]) -> Path:
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, path)
    return path
