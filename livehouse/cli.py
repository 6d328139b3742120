"""The command line: `livehouse <command>`.

What belongs here: arguments, exit codes, the log file, and telling errors in one paragraph.
What does not: any work. Each command imports its room when it runs, so `status` starts quickly.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import dataclasses
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from livehouse.answering import add_answers
from livehouse.correcting import add_commands
from livehouse.errors import LivehouseError, UsageError
from livehouse.settings import Home, default_home, landing_of, settings_from_environment
from livehouse.telling import os_paragraph, paragraph, printable

if TYPE_CHECKING:
    from orchestration.journal import Orders

LINES_SHOWN = 50
TEXT_SHOWN = 160

log = logging.getLogger("livehouse")


class RunLog(logging.FileHandler):
    """The log file of a run; a disk too full for the log is told by what fails next, once."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 (failed), 2 (usage), 3 (judged) or 4 (held back)."""
    options = _parser().parse_args(arguments)
    log.propagate = False
    log.addHandler(logging.NullHandler())
    home = Home(Path(options.home).resolve()) if options.home else default_home()
    try:
        return int(options.command(options, home))
    except LivehouseError as error:
        log.error("%s", error, exc_info=True)
        return _refuse(paragraph(error), error.exit_code)
    except BrokenPipeError:
        # The reader of our output (`| head`) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _refuse("Interrupted. Nothing was published; just run again.", 1)
    except OSError as error:
        log.error("the file system refused", exc_info=True)
        return _refuse(os_paragraph(error, str(home.root)), 1)
    except Exception as error:
        log.error("unexpected", exc_info=True)
        return _refuse(_unexpected(error), 1)
    finally:
        _close_log()


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home", help="home of the warehouse (default: $LIVEHOUSE_HOME or ./livehouse_home)"
    )
    parser = argparse.ArgumentParser(
        prog="livehouse", description="The data warehouse for LIVE streaming."
    )
    commands = parser.add_subparsers(dest="name", required=True, metavar="command")

    def add(name: str, command: Any, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[common], help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    run = add("run", _run, "one nightly run: load what is new, build, judge, publish")
    run.add_argument("--landing", help="folder of the dumps (default: <home>/landing)")
    run.add_argument("--full", action="store_true", help="rebuild everything")
    run.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="FILE",
        help="load this held-back file all the same (may be repeated)",
    )
    run.add_argument("--json", action="store_true", help="the summary as JSON")
    run.add_argument("--profile", action="store_true", help="show where the time went")
    run.add_argument(
        "--target", choices=["duckdb", "spark"], default="duckdb", help="the engine of the models"
    )

    simulate = add("simulate", _simulate, "write realistic dumps in the contract's format")
    simulate.add_argument("--out", help="folder to write to (default: <home>/landing)")
    simulate.add_argument("--days", type=_positive, default=3, metavar="N")
    simulate.add_argument("--events-per-day", type=_positive, default=40_000, metavar="N")
    simulate.add_argument(
        "--start",
        type=_date,
        metavar="DATE",
        help="first UTC day (default: so that the dumps end yesterday)",
    )
    simulate.add_argument("--seed", type=int, default=1, metavar="N")
    simulate.add_argument("--faults", action="store_true", help="plant bad lines, copies, gaps")
    simulate.add_argument(
        "--format", choices=["jsonl", "gz", "zst", "parquet", "mixed"], default="jsonl"
    )

    status = add("status", _status, "last loads, rejects, checks, releases, freshness")
    status.add_argument("--json", action="store_true", help="as JSON")

    releases = add("releases", _releases, "what was published")
    releases.add_argument("--json", action="store_true", help="as JSON")
    rollback = add("rollback", _rollback, "go back to an earlier release")
    rollback.add_argument("release", nargs="?", help="its id (default: the one before)")

    diff = add("diff", _diff, "what changed between two releases")
    diff.add_argument("before", nargs="?", metavar="A", help="its id (default: the one before B)")
    diff.add_argument("after", nargs="?", metavar="B", help="its id (default: the current one)")
    diff.add_argument("--json", action="store_true", help="as JSON")

    rejects = add("rejects", _rejects, "look at rejected lines")
    rejects.add_argument("--file", help="of this file only")
    rejects.add_argument("--limit", type=_positive, default=LINES_SHOWN, metavar="N")
    add_commands(add, _ordered)
    add_answers(add)
    return parser


@contextlib.contextmanager
def _ordered(
    options: argparse.Namespace, home: Home
) -> Iterator[tuple[Orders, Callable[[str], None], Path]]:
    """What a command that ends in a night needs: its orders, where to say how it goes, its log."""
    from livehouse.summary import Progress
    from orchestration.journal import Orders

    now = datetime.now(UTC)
    settings = _settings()
    landing = Path(options.landing).resolve() if options.landing else landing_of(home)
    log_path = _open_log(home, now)
    if landing == home.default_landing:
        landing.mkdir(exist_ok=True)
    progress = Progress(sys.stderr)
    try:
        yield Orders(home, landing, settings, now), progress.say, log_path
    finally:
        progress.end()


def _run(options: argparse.Namespace, home: Home) -> int:
    from livehouse.summary import as_json, as_text
    from orchestration.night import run_night

    with _ordered(options, home) as (orders, say, log_path):
        night = run_night(
            home,
            orders.landing,
            orders.settings,
            orders.now,
            full=options.full,
            accept=[_below(orders.landing, name) for name in options.accept],
            engine=options.target,
            say=say,
        )
    if not options.profile:
        night = dataclasses.replace(night, profile=())
    text = printable(as_text(night, str(log_path)))
    log.info("%s", text)
    if options.json:
        print(json.dumps(as_json(night, str(log_path)), indent=1, default=str))
    elif night.outcome == "failed":
        return _refuse(f"{night.message} The log is {log_path}.", night.exit_code)
    else:
        print(text)
    return night.exit_code


def _simulate(options: argparse.Namespace, home: Home) -> int:
    from simulator.simulate import simulate

    out = Path(options.out).resolve() if options.out else landing_of(home)
    if out.is_relative_to(home.root):
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    start = options.start or datetime.now(UTC).date() - timedelta(days=options.days)
    made = simulate(
        out,
        days=options.days,
        events_per_day=options.events_per_day,
        seed=options.seed,
        faults=options.faults,
        format=options.format,
        start=start,
    )
    print(f"{made.events:,} events of {made.lives:,} LIVEs in {len(made.event_files)} files: {out}")
    return 0


def _status(options: argparse.Namespace, home: Home) -> int:
    from livehouse.status import read_status
    from livehouse.summary import status_text

    status = read_status(home, datetime.now(UTC))
    if options.json:
        print(json.dumps(dataclasses.asdict(status), indent=1, default=str))
    else:
        print(printable(status_text(status)))
    return 0


def _releases(options: argparse.Namespace, home: Home) -> int:
    from livehouse.summary import releases_text
    from publishing.release import list_releases

    releases = list_releases(home)
    if options.json:
        rows = [dataclasses.asdict(release) for release in releases]
        print(json.dumps(rows, indent=1, default=str))
    else:
        print(releases_text(releases))
    return 0


def _rollback(options: argparse.Namespace, home: Home) -> int:
    from livehouse.lock import home_lock
    from publishing.release import rollback

    with home_lock(home, datetime.now(UTC)):
        release = rollback(home, options.release)
    print(f"Readers now see {release.release_id}: {home.current / 'livehouse.duckdb'}")
    return 0


def _diff(options: argparse.Namespace, home: Home) -> int:
    from livehouse.summary import difference_text
    from publishing.differences import compare_releases

    change = compare_releases(home, options.before, options.after)
    if options.json:
        print(json.dumps(dataclasses.asdict(change), indent=1, default=str))
    else:
        print(printable(difference_text(change)))
    return 0


def _rejects(options: argparse.Namespace, home: Home) -> int:
    from livehouse.status import read_rejects

    # One more than asked for tells whether there are more.
    lines = read_rejects(home, options.file, options.limit + 1)
    for line in lines[: options.limit]:
        text = line.text if len(line.text) <= TEXT_SHOWN else line.text[:TEXT_SHOWN] + "..."
        print(printable(f"{line.path}:{line.line_no}: {line.reason}: {text}".replace("\n", "\\n")))
    if not lines:
        print("No rejected lines.")
    elif len(lines) > options.limit:
        print(f"There are more; --limit {options.limit * 10} shows more of them.")
    return 0


def _settings() -> Any:
    try:
        return settings_from_environment()
    except ValueError as error:
        raise UsageError(f"{error}.", remedy="Correct the variable, or unset it.") from error


def _below(landing: Path, name: str) -> str:
    """A file named for --accept by its path below landing, however it was typed."""
    path = Path(name).resolve()
    return path.relative_to(landing).as_posix() if path.is_relative_to(landing) else name


def _open_log(home: Home, now: datetime) -> Path:
    path = home.logs / f"{now:%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
    try:
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.logs.mkdir(exist_ok=True)
        handler = RunLog(path, encoding="utf-8")
    except OSError as error:
        raise LivehouseError(
            f"The home folder cannot be written to: {error.strerror}.",
            where=str(error.filename or home.root),
            remedy="Give it write permission, or name another with --home.",
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    return path


def _close_log() -> None:
    for handler in list(log.handlers):
        if isinstance(handler, RunLog):
            log.removeHandler(handler)
            handler.close()


def _refuse(paragraph: str, exit_code: int) -> int:
    print(f"livehouse: {printable(paragraph)}", file=sys.stderr)
    return exit_code


def _unexpected(error: Exception) -> str:
    logs = [handler.baseFilename for handler in log.handlers if isinstance(handler, RunLog)]
    told = LivehouseError(
        f"{type(error).__name__}: {error}",
        remedy=f"The log has the details: {logs[0]}" if logs else "Please report this",
    )
    return paragraph(told)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _date(text: str) -> date:
    return date.fromisoformat(text)


def command() -> NoReturn:
    """The program: `main`, and then out, for taking apart what a night imported costs a second."""
    code = main()
    atexit._run_exitfuncs()
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    command()
