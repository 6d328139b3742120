"""What was measured, for machines (results.jsonl) and for readers (docs/benchmarks.md).

What belongs here: ratios, tables, the plot, the targets. What does not: measuring.

Ratios are the claim; seconds stand beside them to show the size of the run on that machine.
"""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.measure import Cost, median_cost
from benchmarks.release import Answer
from livehouse.settings import PROJECT_ROOT

RESULTS = PROJECT_ROOT / "benchmarks/results.jsonl"
PAGE = PROJECT_ROOT / "docs/benchmarks.md"
PLOT = PROJECT_ROOT / "docs/benchmarks.svg"
BEGIN, END = "<!-- measured: written by make bench -->", "<!-- /measured -->"
PACKAGES = ("livehouse", "duckdb", "dbt-core", "dagster", "chdb", "polars")
ANSWERS_SHOWN = 5


@dataclass(frozen=True)
class Machine:
    """Where it ran; `load` is the mean number of busy processes in the minute before."""

    cores: int
    memory_gb: float
    system: str
    python: str
    versions: dict[str, str]
    load: float

    @property
    def is_busy(self) -> bool:
        return self.load > self.cores / 2


@dataclass(frozen=True)
class Result:
    """One run of `make bench`."""

    at: str
    machine: Machine
    events: int
    is_skewed: bool
    rounds: int
    nights: int
    bytes_of_dumps: int
    groups: dict[str, str]
    costs: dict[str, list[Cost]]
    models: int
    answers: list[Answer]
    release_bytes: int
    parquet_bytes: int

    def median(self, name: str) -> Cost:
        return median_cost(self.costs[name])


def machine(load: float) -> Machine:
    return Machine(
        os.cpu_count() or 1,
        round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        platform.system(),
        platform.python_version(),
        {name: found for name in PACKAGES if (found := _version(name))},
        round(load, 1),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def append(result: Result) -> None:
    with RESULTS.open("a") as file:
        file.write(json.dumps(dataclasses.asdict(result)) + "\n")


def write_page(result: Result) -> None:
    """The measured part of the page anew, and its plot; what people wrote around it stays."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    plot = f"![CPU seconds as multiples of the floor]({PLOT.name})"
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(result)}\n\n{plot}\n\n{END}{after}")
    _plot(result, PLOT)


def tables(result: Result) -> str:
    return "\n\n".join(
        [_about(result), _cost_table(result), _target_table(result), _slowest(result)]
    )


def _about(result: Result) -> str:
    m = result.machine
    versions = ", ".join(f"{name} {number}" for name, number in m.versions.items())
    busy = (
        f" **The machine was busy** (load {m.load} on {m.cores} cores): wall times are not to be"
        " trusted, CPU ratios roughly."
        if m.is_busy
        else ""
    )
    return (
        f"{result.events:,} events{', one LIVE with 30 % of them' if result.is_skewed else ''},"
        f" {result.bytes_of_dumps / 1e6:,.0f} MB of JSON lines in 8 files, {result.at[:10]}."
        f" {m.cores} cores, {m.memory_gb:.0f} GB, {m.system}, Python {m.python}, {versions}."
        f" Medians of {result.rounds} interleaved round(s), of {result.nights} for nights.{busy}"
    )


def _cost_table(result: Result) -> str:
    floor = result.median("floor")
    lines = [
        "| measure | CPU / floor | wall / floor | memory / floor | CPU s | wall s | MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in result.groups:
        cost = result.median(name)
        lines.append(
            f"| {name.replace('_', ' ')} | {cost.cpu_seconds / floor.cpu_seconds:.2f}"
            f" | {cost.seconds / floor.seconds:.2f} | {cost.peak_bytes / floor.peak_bytes:.2f}"
            f" | {cost.cpu_seconds:.1f} | {cost.seconds:.1f} | {cost.peak_bytes / 1e6:,.0f} |"
        )
    return "\n".join(lines)


def _target_table(result: Result) -> str:
    floor, night = result.median("floor"), result.median("night")
    first_of_few = result.median("night of 1,000 events alone")
    allowed = 5 + 0.05 * result.models
    slowest = result.answers[0].milliseconds
    rows = [
        ("a night, of the floor", night.cpu_seconds / floor.cpu_seconds, 5.0, "x CPU"),
        (
            "a night without its fixed cost, of the floor",
            (night.cpu_seconds - first_of_few.cpu_seconds) / floor.cpu_seconds,
            3.5,
            "x CPU",
        ),
        (
            "a night, of Polars' two facts",
            night.cpu_seconds / result.median("polars").cpu_seconds,
            1.0,
            "x CPU",
        ),
        ("the memory of a night", night.peak_bytes / 1e9, 4.0, "GB"),
        *(
            (
                f"a night with 1,000 new events on a home of {events}",
                max(cost.seconds, cost.cpu_seconds),
                allowed,
                "s, wall or CPU",
            )
            for events, cost in (
                ("1,000", result.median("night with 1,000 more events")),
                (f"{result.events:,}", result.median("night with 1,000 new events")),
            )
        ),
        ("nothing new", result.median("nothing new").cpu_seconds, 2.0, "CPU s"),
        (
            "ingestion, of the floor",
            result.median("ingestion").cpu_seconds / floor.cpu_seconds,
            2.0,
            "x CPU",
        ),
        ("the slowest sample query", slowest, 100.0, "ms"),
        (
            "the release, of its tables as zstd Parquet",
            result.release_bytes / result.parquet_bytes,
            1.3,
            "x",
        ),
    ]
    lines = ["| target | measured | at most | |", "|---|---:|---:|---|"]
    lines += [
        f"| {name} | {value:.2f} {unit} | {limit:g} {unit} |"
        f" {'met' if value <= limit else '**missed**'} |"
        for name, value, limit, unit in rows
    ]
    return "\n".join(lines)


def _slowest(result: Result) -> str:
    lines = [
        f"The slowest of {len(result.answers)} sample queries (`meta.sample_queries`):",
        "",
        "| question | of the slowest | ms |",
        "|---|---:|---:|",
    ]
    most = result.answers[0].milliseconds
    lines += [
        f"| {a.question} | {a.milliseconds / most:.2f} | {a.milliseconds:.0f} |"
        for a in result.answers[:ANSWERS_SHOWN]
    ]
    return "\n".join(lines)


def _plot(result: Result, path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    # The same bytes for the same numbers.
    matplotlib.rcParams["svg.hashsalt"] = "livehouse"
    import matplotlib.pyplot as plt

    floor = result.median("floor").cpu_seconds
    names = list(result.groups)[::-1]
    values = [result.median(name).cpu_seconds / floor for name in names]
    colours = ["tab:blue" if result.groups[name] == "night" else "tab:gray" for name in names]
    figure, axes = plt.subplots(figsize=(7, 0.32 * len(names) + 0.8))
    bars = axes.barh([name.replace("_", " ") for name in names], values, color=colours)
    axes.axvline(1, color="black", linewidth=0.8)
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    axes.bar_label(bars, fmt="%.2g", padding=4, bbox=ground)
    axes.set_xscale("log")
    axes.set_xlabel("CPU seconds as multiples of parsing alone (the floor), log scale")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
