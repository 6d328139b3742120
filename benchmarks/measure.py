"""One child process at a time: its wall and CPU seconds and its peak memory.

What belongs here: starting and measuring, and the medians. What does not: what is started.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from livehouse.settings import PROJECT_ROOT

_BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024
# What a person has set for his own nights is not measured here.
_OURS = {name: value for name, value in os.environ.items() if not name.startswith("LIVEHOUSE_")}


@dataclass(frozen=True)
class Cost:
    """What one run of a command took; CPU is user and system time of it and of its children."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Measure:
    """Something to measure: `command` is run once a round, after `before` and outside its time."""

    name: str
    group: str
    command: Sequence[str]
    before: Callable[[], None] = lambda: None


def run(command: Sequence[str]) -> Cost:
    """Raises RuntimeError with the end of its output where the command fails."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=_OURS, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            told = output.read().decode(errors="replace")[-3000:]
            raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{told}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _BYTES_OF_MAXRSS)


def interleaved(
    measures: Sequence[Measure], rounds: int, say: Callable[[str], None]
) -> dict[str, list[Cost]]:
    """Every measure once a round, so that a busy minute of the machine falls on all alike."""
    costs: dict[str, list[Cost]] = {measure.name: [] for measure in measures}
    for number in range(rounds):
        for measure in measures:
            say(f"round {number + 1} of {rounds}: {measure.name}")
            measure.before()
            costs[measure.name].append(run(measure.command))
    return costs


def median_cost(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.seconds for cost in costs),
        median(cost.cpu_seconds for cost in costs),
        int(median(cost.peak_bytes for cost in costs)),
    )
