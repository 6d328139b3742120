"""One night at a time for each home.

What belongs here: the lock, the sentence that the second comer reads, and the short hold of a
command that looks into the warehouse. What does not: readers of releases; they need no lock.

The lock is the kernel's: it ends with its process, so a run that was killed leaves nothing to
clean up. What the file says is only for the reader.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from livehouse.errors import LivehouseError
from livehouse.settings import Home

READERS_ARE_DONE_WITHIN_SEC = 10.0


@contextmanager
def reader_lock(home: Home) -> Iterator[bool]:
    """Keep a night from starting while the warehouse is read; False where one is running."""
    if not home.lock.exists():
        yield True
        return
    descriptor = os.open(home.lock, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    """Lock for writing; waits for readers, never for another night (BlockingIOError)."""
    give_up = time.monotonic() + READERS_ARE_DONE_WITHIN_SEC
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise
        # Fails at once where another night holds it: only readers share.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        time.sleep(0.02)


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
            _take(descriptor)
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
