"""The commands that correct what was loaded: withdraw, replay, forget.

What belongs here: their arguments, and telling what they did, for people and as JSON.
What does not: doing it (orchestration/corrections.py).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livehouse.settings import Home

if TYPE_CHECKING:
    from orchestration.corrections import Forgotten, Replayed, Withdrawn
    from orchestration.journal import Night, Orders

FILES_SHOWN = 40

Add = Callable[[str, Any, str], argparse.ArgumentParser]
Ordered = Callable[[argparse.Namespace, Home], Any]
"""Opens the log and the progress of a night: a context with its orders, its `say`, its log."""


def add_commands(add: Add, ordered: Ordered) -> None:
    """Put the three commands into the parser."""

    def with_orders(tell: Callable[..., int]) -> Callable[[argparse.Namespace, Home], int]:
        def command(options: argparse.Namespace, home: Home) -> int:
            with ordered(options, home) as (orders, say, log_path):
                return tell(options, orders, say, log_path)

        return command

    withdraw = add(
        "withdraw", with_orders(_withdraw), "take a file's events back as if it had never come"
    )
    withdraw.add_argument("file", metavar="FILE", help="its path below landing, or its hash")
    replay = add("replay", with_orders(_replay), "judge rejected lines and held files again")
    forget = add(
        "forget", with_orders(_forget), "erase a viewer everywhere and keep him out from now on"
    )
    forget.add_argument("viewer_id", metavar="VIEWER_ID", help="his id as it stands in the dumps")
    for command in (withdraw, replay):
        command.add_argument("--landing", help="folder of the dumps (default: <home>/landing)")
    forget.add_argument(
        "--landing",
        nargs="?",
        const="",
        metavar="DIR",
        help="rewrite the landing files that hold him, too (default folder: <home>/landing)",
    )
    for command in (withdraw, replay, forget):
        command.add_argument("--json", action="store_true", help="the outcome as JSON")


def _withdraw(options: argparse.Namespace, orders: Orders, say: Any, log_path: Path) -> int:
    from orchestration.corrections import withdraw_file

    name = _below(orders.landing, options.file)
    done = withdraw_file(orders, name, say)
    return _tell(options, done, done.night, list(_withdrawn(done)), log_path)


def _replay(options: argparse.Namespace, orders: Orders, say: Any, log_path: Path) -> int:
    from orchestration.corrections import replay_rejects

    done = replay_rejects(orders, say)
    return _tell(options, done, done.night, list(_replayed(done)), log_path)


def _forget(options: argparse.Namespace, orders: Orders, say: Any, log_path: Path) -> int:
    from orchestration.corrections import forget_viewer

    done = forget_viewer(orders, options.viewer_id, say, landing_too=options.landing is not None)
    code = _tell(options, done, done.night, list(_forgotten(done)), log_path)
    return code if code not in (0, 4) or done.is_clean else 1


def _tell(
    options: argparse.Namespace, done: Any, night: Night | None, lines: list[str], log_path: Path
) -> int:
    from livehouse.summary import as_json, as_text

    if options.json:
        told = dataclasses.asdict(done)
        told["night"] = None if night is None else as_json(night, str(log_path))
        print(json.dumps(told, indent=1, default=str))
    else:
        print("\n".join(lines))
        if night is not None:
            print("\n" + as_text(night, str(log_path)))
    return 0 if night is None else night.exit_code


def _withdrawn(done: Withdrawn) -> Iterator[str]:
    file = done.file
    if file.was == "withdrawn":
        yield f"{file.path} is withdrawn already."
    elif file.was == "held":
        yield f"Withdrawn: {file.path}, which was held back; it waits no longer."
    else:
        yield f"Withdrawn: {file.path}, with {file.accepted:,} lines that counted."
    yield f"To load it again: livehouse run --accept {file.path}"


def _replayed(done: Replayed) -> Iterator[str]:
    judged = sum(file.judged for file in done.files)
    yield f"{done.accepted:,} of {judged:,} rejected line(s) came through."
    came = [file for file in done.files if file.accepted]
    for file in came[:FILES_SHOWN]:
        yield f"  {file.path}: {file.accepted:,} of {file.judged:,}"
    if done.held:
        yield f"Held files read again: {', '.join(done.held)}."


def _forgotten(done: Forgotten) -> Iterator[str]:
    if not done.is_found:
        yield "Not found: no table, release, log or landing file holds this viewer."
        yield "A tombstone is set all the same: lines of this viewer that come later are dropped."
        return
    yield f"Erased: {sum(done.lines.values()):,} line(s) in {len(done.lines)} file(s)."
    for path, lines in list(done.lines.items())[:FILES_SHOWN]:
        yield f"  {path}: {lines:,}"
    if done.releases:
        yield f"Removed releases that held the pseudonym: {', '.join(done.releases)}."
    if done.logs:
        yield f"Blotted out in: {', '.join(done.logs)}."
    for file in done.rewritten:
        what = file.problem or f"rewritten without {file.lines:,} line(s)"
        yield f"Landing file {file.path}: {what}."
    if done.landing:
        yield f"Landing files that still hold the id: {', '.join(done.landing)}."
        if not done.rewritten:
            yield "  `livehouse forget VIEWER_ID --landing` rewrites those of events and webcast."
    traces = done.traces
    seen = f"{traces.columns:,} columns and {traces.bytes:,} bytes of {traces.files:,} files"
    if not done.is_clean:
        yield f"NOT CLEAN. Searched {seen}; the id or its pseudonym still stands in:"
        yield from (f"  {place}" for place in traces.found)
        if done.night is not None and done.night.exit_code not in (0, 4):
            yield "  The night did not publish: mend its cause, then give the same command again."
    else:
        yield f"Proof: searched {seen} for the id and its pseudonym: nothing."


def _below(landing: Path, name: str) -> str:
    """A file by its path below landing, however it was typed."""
    path = Path(name).resolve()
    return path.relative_to(landing).as_posix() if path.is_relative_to(landing) else name
