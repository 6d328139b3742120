"""Where the time of a night went, and what it took of memory and disk.

What belongs here: taking the time of steps, and the figures of the process.
What does not: keeping them (publishing/run_profile.py), judging them (data_quality/pace.py) or
showing them (livehouse/summary.py).
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from livehouse.settings import Home

NIGHT = "night"
SPILL_SECONDS = 0.25
_KIBIBYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Span:
    """One piece of a night: `seconds` of wall time, None where only a size is told.

    `cpu_seconds` are those of all threads of the process; on a busy machine they tell more than the
    wall does. The spans of the step `night` are its figures; all others add up to its seconds, but
    for what Dagster does between the steps.
    """

    step: str
    name: str
    seconds: float | None
    cpu_seconds: float | None = None
    rows: int | None = None
    bytes: int | None = None


class Profile:
    """Filled as the night goes on; it starts with it."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._cpu_start = time.process_time()
        self._spilled: int | None = None
        self._spans: list[Span] = []

    @property
    def seconds(self) -> float:
        """Since the night began."""
        return time.monotonic() - self._start

    def add(self, span: Span) -> None:
        self._spans.append(span)

    @contextmanager
    def span(self, step: str, name: str) -> Iterator[None]:
        """The time of the block, also where it fails."""
        with self.turns(step, name):
            yield

    @contextmanager
    def turns(self, step: str, first: str) -> Iterator[Callable[[str], None]]:
        """The time of a block that says itself when it turns to another thing."""
        name, since, cpu_since = first, time.monotonic(), time.process_time()

        def turn(to: str) -> None:
            nonlocal name, since, cpu_since
            if to != name:
                now, cpu = time.monotonic(), time.process_time()
                self.add(Span(step, name, now - since, cpu - cpu_since))
                name, since, cpu_since = to, now, cpu

        try:
            yield turn
        finally:
            turn("")

    @contextmanager
    def watching(self, home: Home) -> Iterator[None]:
        """Meanwhile, look now and then how much DuckDB has spilled to the disk."""
        end = threading.Event()

        def watch() -> None:
            while not end.wait(SPILL_SECONDS):
                self._spilled = max(self._spilled or 0, _spilled(home))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            end.set()
            watcher.join()

    def spans(self) -> tuple[Span, ...]:
        """Everything so far, the figures of the night last."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBIBYTES_OF_MAXRSS
        return (
            *self._spans,
            Span(NIGHT, "seconds", self.seconds, time.process_time() - self._cpu_start),
            Span(NIGHT, "peak memory", None, bytes=peak),
            Span(NIGHT, "spill", None, bytes=self._spilled),
        )


def _spilled(home: Home) -> int:
    """The bytes in DuckDB's temporary folders: of the warehouse, and of the candidate."""
    folders = [
        home.warehouse.with_name(home.warehouse.name + ".tmp"),
        home.candidate / "spill",
        *home.candidate.glob("*/*.tmp"),
    ]
    return sum(_bytes_in(folder) for folder in folders)


def _bytes_in(folder: Path) -> int:
    size = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                size += entry.stat().st_size
    except OSError:
        # Gone between two looks: DuckDB removes what it no longer needs.
        pass
    return size
