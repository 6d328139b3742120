"""Corrections: a file taken back, rejected lines judged again, a person erased; then a night.

What belongs here: the order of the steps, such that after a crash the same command ends right.
What does not: the steps (ingestion, publishing) and telling about them (livehouse/correcting.py).

Each takes the home's lock once, for the correction and for the night that publishes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ingestion.erasure import add_tombstone, erase_from_raw
from ingestion.landing import scan
from ingestion.landing_copies import RewrittenFile, holders, rewrite_without
from ingestion.replay import ReplayedFile, held_files, replay
from ingestion.rewrite import rewrite_if_due
from ingestion.withdraw import Withdrawal, find_file, withdraw
from livehouse.key import home_key, pseudonym
from livehouse.lock import home_lock
from livehouse.traces import Traces, blot_out, search
from orchestration.journal import Night, Orders
from orchestration.night import night_in_hand
from orchestration.settled import is_settled, settle, unsettle
from publishing.prune import holding, prune

Say = Callable[[str], None]


@dataclass(frozen=True)
class Withdrawn:
    """A file that counts no longer, and the night that published the rest."""

    file: Withdrawal
    night: Night


@dataclass(frozen=True)
class Replayed:
    """Files with rejected lines, the held files that were read again, and the night if any."""

    files: tuple[ReplayedFile, ...]
    held: tuple[str, ...]
    night: Night | None

    @property
    def accepted(self) -> int:
        return sum(file.accepted for file in self.files)


@dataclass(frozen=True)
class Forgotten:
    """What was erased and where; `landing` are the files that still hold the id."""

    lines: dict[str, int]
    releases: tuple[str, ...]
    logs: tuple[str, ...]
    rewritten: tuple[RewrittenFile, ...]
    landing: tuple[str, ...]
    traces: Traces
    night: Night | None
    is_found: bool

    @property
    def is_clean(self) -> bool:
        return not self.traces.found and (self.night is None or self.night.exit_code in (0, 4))


def withdraw_file(orders: Orders, name: str, say: Say) -> Withdrawn:
    """Take a file back and publish what is left. Raises UsageError for a name that is not one
    file's; a file that is withdrawn already is left so, and what waits is published.
    """
    with home_lock(orders.home, orders.now):
        file = find_file(orders.home, orders.settings, name)
        if file.was != "withdrawn":
            unsettle(orders.home)
            withdraw(orders.home, orders.settings, file)
            say(f"raw: {file.path} withdrawn")
        return Withdrawn(file, night_in_hand(orders, say))


def replay_rejects(orders: Orders, say: Say) -> Replayed:
    """Judge rejected lines and held files again, and publish where anything came through."""
    home = orders.home
    with home_lock(home, orders.now):
        was_settled = is_settled(home, orders.project)
        unsettle(home)
        files = replay(home, orders.settings, orders.now)
        there = {file.path for file in scan(orders.landing)}
        held = held_files(home, orders.settings) & there
        replayed = Replayed(files, tuple(sorted(held)), None)
        say(f"raw: {replayed.accepted} rejected line(s) came through")
        if was_settled and not replayed.accepted and not held:
            settle(home, orders.project)
            return replayed
        return replace(replayed, night=night_in_hand(replace(orders, retry=held), say))


def forget_viewer(orders: Orders, viewer_id: str, say: Say, *, landing_too: bool) -> Forgotten:
    """Erase a person everywhere, keep him out from now on, and search for what is left.

    The tombstone comes first: from then on nothing brings him back. Old releases go only when the
    new one, without him, is current; so readers always have a whole one.
    """
    home = orders.home
    landing = (orders.landing,)
    with home_lock(home, orders.now):
        words = (viewer_id, pseudonym(home_key(home), viewer_id))
        add_tombstone(home, viewer_id)
        was_settled = is_settled(home, orders.project) and not home.to_rewrite.exists()
        unsettle(home)
        held_before = holders(orders.landing, viewer_id)
        lines = erase_from_raw(home, orders.settings, viewer_id)
        rewrite_if_due(home, orders.settings)
        say(f"raw: {sum(lines.values())} line(s) erased")
        rewritten: tuple[RewrittenFile, ...] = ()
        if landing_too and held_before:
            rewritten = rewrite_without(
                home, orders.settings, orders.landing, viewer_id, orders.now
            )
            say(f"landing: {len(rewritten)} file(s) rewritten")
        shown_in = holding(home, words)
        night = None
        if lines or shown_in or not was_settled:
            night = night_in_hand(orders, say)
        else:
            settle(home, orders.project)
        releases = prune(home, shown_in) if night is None or night.exit_code in (0, 4) else ()
        logs = tuple(sorted({name for word in words for name in blot_out(home, word, landing)}))
        say("proof: searching")
        return Forgotten(
            lines=lines,
            releases=releases,
            logs=logs,
            rewritten=rewritten,
            landing=holders(orders.landing, viewer_id) if rewritten else held_before,
            traces=search(home, words, landing),
            night=night,
            is_found=bool(lines or shown_in or logs or held_before),
        )
