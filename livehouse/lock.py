"""One night at a time for each home.

What belongs here: the lock and the sentence that the second comer reads.
What does not: readers; they never wait, they read releases.

The lock is the kernel's: it ends with its process, so a run that was killed leaves nothing to
clean up. What the file says is only for the reader.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from livehouse.errors import LivehouseError
from livehouse.settings import Home


@contextmanager
def home_lock(home: Home, now: datetime) -> Iterator[None]:
    """Hold the home for this process; `now` is what others are told as the start.

    Raises LivehouseError where another process holds it, or the home cannot be written to.
    """
    try:
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LivehouseError(
            f"The home folder cannot be written to: {error.strerror}.",
            where=str(error.filename or home.root),
            remedy="Give it write permission, or name another with --home.",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid, _, since = os.pread(descriptor, 200, 0).decode().strip().partition(" ")
            raise LivehouseError(
                f"A night is already running since {since or 'just now'} (pid {pid or 'unknown'}).",
                where=str(home.root),
                remedy="Wait for it to end, then run again if there is still something new.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {now:%Y-%m-%d %H:%M:%S} UTC\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
