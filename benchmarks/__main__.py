"""`make bench`: measure, compare, write benchmarks/results.jsonl and docs/benchmarks.md.

What belongs here: what is measured, in which order, and what must be equal before any time counts.
What does not: how (measure.py), on what (data.py), against whom (peers.py), telling (report.py).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import data, peers, report
from benchmarks.measure import Measure, interleaved
from benchmarks.release import answers, models, parquet_bytes, totals
from livehouse.settings import PROJECT_ROOT, Home

SPARK_PYTHON = PROJECT_ROOT / ".venv-spark/bin/python"


def main() -> int:
    options = _options()
    folder = options.dir.resolve()
    dumps, work = folder / "dumps", folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    _say(f"simulating {options.events:,} events, where they are not there yet")
    landings = {
        format: data.landing(dumps, options.events, format, is_skewed=options.skew)
        for format in data.FORMATS
    }
    few, more = (data.few_events(dumps, day) for day in (1, 2))
    load_before = os.getloadavg()[0]
    compared = [*peers.PEERS] if SPARK_PYTHON.exists() and options.spark else [*peers.PEERS[:-1]]

    pieces = [_piece(name, "peer", landings["jsonl"], work) for name in ("floor", *compared)]
    pieces += [_piece("ingestion", "ingestion", landings["jsonl"], work)]
    for format in data.FORMATS[1:]:
        pieces += [
            _piece("floor", "format", landings[format], work, f"floor, {format}"),
            _piece("ingestion", "format", landings[format], work, f"ingestion, {format}"),
        ]
    costs = interleaved(pieces, options.rounds, _say)
    _require_equal_facts(work, compared)

    home = Home(work / "night" / "home")
    home_of_few = Home(work / "few" / "home")
    nights = _nights(home, home_of_few, landings["jsonl"], few, more)
    costs |= interleaved(nights, options.nights, _say)
    release = home.current / "livehouse.duckdb"
    # The night with 1,000 more events is the last of its home: their LIVEs are in the totals too.
    release_of_few = min(home_of_few.releases.glob("*/livehouse.duckdb"))
    _require_equal_totals(work, totals(release), totals(release_of_few))

    result = report.Result(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=report.machine(load_before),
        events=options.events,
        is_skewed=options.skew,
        rounds=options.rounds,
        nights=options.nights,
        bytes_of_dumps=sum(os.path.getsize(f) for f in data.event_files(landings["jsonl"])),
        groups={measure.name: measure.group for measure in (*pieces, *nights)},
        costs=costs,
        models=models(release),
        answers=answers(release),
        release_bytes=release.stat().st_size,
        parquet_bytes=parquet_bytes(release),
    )
    report.append(result)
    if not options.no_page:
        report.write_page(result)
    print(report.tables(result))
    shutil.rmtree(work)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--skew", action="store_true", help="one LIVE has 30 %% of all events")
    parser.add_argument("--spark", action="store_true", help="PySpark too (`make setup-spark`)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of everything quick")
    parser.add_argument("--nights", type=int, default=1, metavar="N", help="rounds of whole nights")
    parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
    parser.add_argument("--dir", type=Path, required=True, help="dumps (kept) and homes (removed)")
    options = parser.parse_args()
    if options.spark and not SPARK_PYTHON.exists():
        parser.error("--spark needs .venv-spark: run `make setup-spark`")
    return options


def _piece(name: str, group: str, landing: Path, work: Path, called: str = "") -> Measure:
    python = str(SPARK_PYTHON) if name == "spark" else sys.executable
    out = work / (called or name)
    return Measure(
        called or name,
        group,
        [python, "-m", "benchmarks.peers", name, str(landing), str(out)],
        before=lambda: shutil.rmtree(out, ignore_errors=True),
    )


def _nights(home: Home, home_of_few: Home, landing: Path, few: Path, more: Path) -> list[Measure]:
    """In this order: each night finds the home as the one before left it."""
    ours, ours_of_few = (of.root.parent / "landing" for of in (home, home_of_few))

    def afresh(home: Home, landing: Path) -> None:
        shutil.rmtree(home.root.parent, ignore_errors=True)
        shutil.copytree(landing, home.root.parent / "landing")

    def night(home: Home, landing: Path) -> list[str]:
        command = [sys.executable, "-m", "livehouse.cli", "run"]
        return [*command, "--home", str(home.root), "--landing", str(landing)]

    (few_file,), (more_file,) = data.event_files(few), data.event_files(more)
    return [
        Measure("night", "night", night(home, ours), lambda: afresh(home, landing)),
        Measure("nothing new", "night", night(home, ours)),
        Measure(
            "night with 1,000 new events",
            "night",
            night(home, ours),
            lambda: data.add_file(Path(few_file), ours),
        ),
        Measure(
            "night of 1,000 events alone",
            "night",
            night(home_of_few, ours_of_few),
            lambda: afresh(home_of_few, few),
        ),
        Measure(
            "night with 1,000 more events",
            "night",
            night(home_of_few, ours_of_few),
            lambda: data.add_file(Path(more_file), ours_of_few),
        ),
    ]


def _require_equal_facts(work: Path, compared: list[str]) -> None:
    first = peers.facts(work / compared[0])
    for name in compared[1:]:
        other = peers.facts(work / name)
        for table, rows in first.items():
            if rows != other[table]:
                pairs = zip(rows, other[table], strict=False)
                unequal = [pair for pair in pairs if pair[0] != pair[1]][:3]
                raise SystemExit(f"{compared[0]} and {name} differ in {table}: {unequal}")
    _say(f"equal to the last row: {', '.join(compared)}")


def _require_equal_totals(work: Path, whole: tuple[int, ...], few: tuple[int, ...]) -> None:
    """LIVEs, impressions, views, comments, clicks, orders, viewers, likes of the peers' facts."""
    rows = peers.facts(work / peers.PEERS[0])["sessions"]
    theirs = (len(rows), *(sum(row[n] for row in rows) for n in range(1, 8)))  # type: ignore[misc]
    ours = tuple(both - part for both, part in zip(whole, few, strict=True))
    if ours != theirs:
        raise SystemExit(f"Livehouse and {peers.PEERS[0]} differ: {ours} and {theirs}")
    _say(f"equal totals: Livehouse and {peers.PEERS[0]}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
