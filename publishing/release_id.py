"""The name of a release: its time in UTC, and a number where two would share one.

Belongs here: making, checking and reading names. Does not: folders or files.
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import datetime

from livehouse.errors import UsageError

_FORM = re.compile(r"(\d{8}T\d{6}Z)(-\d{2})?")


def new_id(now: datetime, taken: Container[str]) -> str:
    """`YYYYMMDDTHHMMSSZ` of `now` (UTC), with -02, -03 ... while it is taken; sorts by time."""
    base = f"{now:%Y%m%dT%H%M%SZ}"
    candidates = [base, *(f"{base}-{number:02d}" for number in range(2, 100))]
    return next(name for name in candidates if name not in taken)


def checked_id(release_id: str) -> str:
    """The id itself, safe to be part of a path; raises UsageError where it has another form."""
    if not _FORM.fullmatch(release_id):
        raise UsageError(
            f"{release_id!r} is no release",
            remedy="A release is named like 20260131T020000Z: see livehouse releases.",
        )
    return release_id


def is_id(text: str) -> bool:
    """Whether a folder's name is that of a release."""
    return _FORM.fullmatch(text) is not None


def time_of(release_id: str) -> datetime:
    """The time in a release's name, UTC without a zone."""
    return datetime.strptime(release_id[:16], "%Y%m%dT%H%M%SZ")
