"""The dumps that everything is measured on: simulated once for each size, format and skew, kept.

What belongs here: landing folders. What does not: reading them.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from simulator.simulate import simulate

FORMATS = ("jsonl", "gz", "zst", "parquet")
DAYS, FILES_PER_DAY = 4, 2
SEED = 1
SKEW = 0.3
FEW = 1000
LATER_DAYS = 2
"""Days after the dumps, of few events each."""


def landing(folder: Path, events: int, format: str, *, is_skewed: bool) -> Path:
    """A landing folder with `events` events in eight files; skewed: one LIVE has 30 % of them."""
    name = f"{events}-{format}{'-skewed' if is_skewed else ''}"
    return _made(
        folder / name,
        days=DAYS,
        events_per_day=events // DAYS,
        seed=SEED,
        files_per_day=FILES_PER_DAY,
        format=format,
        live_skew=SKEW if is_skewed else None,
        age_days=DAYS + LATER_DAYS,
    )


def few_events(folder: Path, day: int) -> Path:
    """A landing folder with 1,000 events of the first or second day after, of other creators."""
    return _made(
        folder / f"{FEW}-jsonl-{day}",
        days=1,
        events_per_day=FEW,
        seed=SEED + day,
        files_per_day=1,
        age_days=LATER_DAYS + 1 - day,
    )


def add_file(file: Path, to: Path) -> None:
    """One more file of events in a landing folder."""
    (to / "events").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to / "events" / f"next-{file.name}")


def event_files(landing: Path) -> list[str]:
    return sorted(str(path) for path in (landing / "events").rglob("*") if path.is_file())


def _made(folder: Path, *, age_days: int, **arguments: object) -> Path:
    done = folder / ".done"
    # Dumps of long ago would be warned about.
    start = datetime.now(UTC).date() - timedelta(days=age_days)
    if not done.exists() or done.read_text() != str(start):
        shutil.rmtree(folder, ignore_errors=True)
        # In a process of its own: a child's peak of memory begins with what its parent ever held.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
            elsewhere.submit(simulate, folder, start=start, **arguments).result()  # type: ignore[arg-type]
        done.write_text(str(start))
    return folder
