"""Old releases that still hold an erased viewer go; the current one never does.

Belongs here: looking into releases, and removing them. Does not: the current release, which must
be published without him first. A release is never rewritten: it would no longer be what was shown.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable

from livehouse.settings import Home
from livehouse.traces import columns_with
from publishing.candidate import FILE_NAME
from publishing.release import list_releases


def holding(home: Home, words: Iterable[str]) -> tuple[str, ...]:
    """The releases in which one of these words stands in some column, and those after them, the
    newest first: a release may have started as the copy of the one before, and a file keeps bytes
    of deleted rows.
    """
    words = tuple(words)
    names = [release.release_id for release in list_releases(home)]
    found = [name for name in names if columns_with(home.releases / name / FILE_NAME, words).found]
    return tuple(name for name in names if found and name >= found[-1])


def prune(home: Home, names: Collection[str]) -> tuple[str, ...]:
    """Remove the releases of these ids but the current one; the ids of those removed."""
    gone = tuple(
        release.release_id
        for release in list_releases(home)
        if release.release_id in names and not release.is_current
    )
    for name in gone:
        shutil.rmtree(home.releases / name)
    return gone
