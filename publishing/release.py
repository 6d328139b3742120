"""Shows a judged candidate to the readers, and takes them back to an older release.

Belongs here: the protocol that makes publishing atomic and durable, and the list of releases.
Does not: building (candidate.py) or judging (data_quality).

Readers open current/livehouse.duckdb. What is swapped is the directory link `current`, not the
file: a process that still holds the old file would otherwise get the old data on each new connect.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from data_quality.check import Check, is_publishable, summary
from livehouse.disk import sync
from livehouse.errors import JudgedError, LivehouseError, UsageError
from livehouse.profile import Span
from livehouse.settings import Home
from livehouse.sql_text import quoted
from publishing.candidate import FILE_NAME, assert_no_log, record_checks
from publishing.release_id import checked_id, is_id, new_id, time_of


@dataclass(frozen=True)
class Release:
    """A published file; `released_at` is the time in its name (UTC)."""

    release_id: str
    file: Path
    released_at: datetime
    size_bytes: int
    is_current: bool


def new_release_id(home: Home, now: datetime) -> str:
    """A name for the next release that no release has yet; `now` is UTC without a zone."""
    return new_id(now, {release.release_id for release in list_releases(home)})


def publish(
    home: Home,
    release_id: str,
    checks: Sequence[Check],
    keep: int,
    now: datetime,
    profile: Sequence[Span] = (),
) -> Release:
    """Show the candidate `release_id` to new readers and return it.

    Records `checks` and `profile` in the file first. Readers of older releases are not disturbed;
    of those the newest are kept, `keep` with this one. Raises JudgedError, publishing nothing,
    where a candidate check of severity error failed, and LivehouseError where the candidate is
    missing or cannot be read. Until the last step, the swap of the link, the current release stays
    what it was.
    """
    folder = home.candidate / checked_id(release_id)
    candidate = folder / FILE_NAME
    target = home.releases / release_id
    if not candidate.exists():
        raise LivehouseError(
            "there is no candidate to publish",
            where=str(candidate),
            remedy="Build it first: livehouse run.",
        )
    if target.exists():
        raise LivehouseError(
            f"the release {release_id} exists already",
            where=str(target),
            remedy="A release is never replaced: run again for a new one.",
        )
    if not is_publishable(checks):
        raise JudgedError(
            f"the candidate {release_id} is not published:\n{summary(checks)}",
            remedy="The last good release stays; correct the cause and run again.",
        )
    record_checks(candidate, checks, now, profile)
    assert_no_log(candidate)
    _smoke_query(candidate)
    _make_durable(folder)
    home.releases.mkdir(parents=True, exist_ok=True)
    for readable in (home.published, home.releases, folder):
        readable.chmod(0o755)
    folder.rename(target)
    sync(home.releases)
    _point_current_to(home, release_id)
    _remove_old(home, keep)
    shutil.rmtree(home.candidate, ignore_errors=True)
    return _release(target, is_current=True)


def list_releases(home: Home) -> tuple[Release, ...]:
    """The releases that are there, the newest first."""
    if not home.releases.is_dir():
        return ()
    current = _current_id(home)
    folders = (folder for folder in home.releases.iterdir() if is_id(folder.name))
    return tuple(
        _release(folder, is_current=folder.name == current)
        for folder in sorted(folders, key=lambda folder: folder.name, reverse=True)
        if (folder / FILE_NAME).exists()
    )


def current_release(home: Home) -> Release | None:
    """The release that readers open, or None before the first one."""
    return next((release for release in list_releases(home) if release.is_current), None)


def named_release(home: Home, release_id: str) -> Release:
    """The release of this id. Raises UsageError where there is none."""
    releases = list_releases(home)
    for release in releases:
        if release.release_id == release_id:
            return release
    names = ", ".join(release.release_id for release in releases)
    raise UsageError(f"there is no release {release_id}", remedy=f"There are: {names or 'none'}.")


def release_before(home: Home, release_id: str | None) -> Release:
    """The newest release older than this one, by default than the current one.

    Raises UsageError where there is none.
    """
    newer = release_id or _current_id(home)
    for release in list_releases(home):
        if newer is not None and release.release_id < newer:
            return release
    raise UsageError(
        f"there is no release before {release_id or 'the current one'}",
        remedy="See livehouse releases.",
    )


def rollback(home: Home, release_id: str | None) -> Release:
    """Point readers to an older release, by default to the one before the current; return it.

    No release is removed. Raises UsageError where there is no such release.
    """
    release = release_before(home, None) if release_id is None else named_release(home, release_id)
    _point_current_to(home, release.release_id)
    return replace(release, is_current=True)


def _smoke_query(candidate: Path) -> None:
    """Open the file as a reader does and read every table and view once."""
    try:
        with duckdb.connect(str(candidate), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables order by all"
            ).fetchall()
            for table in tables:
                connection.execute(f"from {quoted(*table)} limit 1").fetchall()
    except duckdb.Error as error:
        raise LivehouseError(
            f"the candidate cannot be read: {error}",
            where=str(candidate),
            remedy="The last good release stays; build again: livehouse run.",
        ) from error


def _make_durable(folder: Path) -> None:
    """Every file of the release on the disk and read-only, before any name points to it."""
    for path in folder.rglob("*"):
        if path.is_file():
            sync(path)
            path.chmod(0o444)
    sync(folder)


def _point_current_to(home: Home, release_id: str) -> None:
    """Swap the link in one step; it is relative, so that the home can be moved or mounted."""
    if home.current.exists() and not home.current.is_symlink():
        raise LivehouseError(
            "the name of the current release is taken by a folder that is no link",
            where=str(home.current),
            remedy="It was probably copied without its links: remove it and run again.",
        )
    link = home.published / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(home.releases.name) / release_id, target_is_directory=True)
    link.replace(home.current)
    sync(home.published)


def _remove_old(home: Home, keep: int) -> None:
    """Keep the newest `keep` releases; the current one stays whatever its age."""
    for release in list_releases(home)[max(keep, 1) :]:
        if not release.is_current:
            shutil.rmtree(release.file.parent)


def _current_id(home: Home) -> str | None:
    return home.current.readlink().name if home.current.is_symlink() else None


def _release(folder: Path, *, is_current: bool) -> Release:
    file = folder / FILE_NAME
    return Release(folder.name, file, time_of(folder.name), file.stat().st_size, is_current)
