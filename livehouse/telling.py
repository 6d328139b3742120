"""How an error is told: one paragraph with what, where, and what to do.

What belongs here: sentences for errors that a person is meant to read.
What does not: catching them (cli.py), and raising them (the rooms).
"""

from __future__ import annotations

import errno
import os

from livehouse.errors import LivehouseError

# Causes that only the machine's owner can remove, whoever ran into them first.
_CAUSES = {
    errno.ENOSPC: ("The disk is full", "Free some space and run again; nothing was published."),
    errno.EDQUOT: ("The disk quota is used up", "Free some space and run again."),
    errno.EFBIG: ("A file may not grow further", "Raise the file size limit and run again."),
    errno.EACCES: ("Permission is missing", "Give this user permission there and run again."),
    errno.EPERM: ("Permission is missing", "Give this user permission there and run again."),
    errno.EROFS: ("The file system is read-only", "Mount it writable, or name another --home."),
}

_MEMORY = (
    "The memory that the night may take is used up",
    "Give it more (LIVEHOUSE_MEMORY_LIMIT) or one thread (LIVEHOUSE_THREADS=1), and run again;"
    " nothing was published.",
)
_CAUSES_IN_WORDS = {
    **{os.strerror(number): told for number, told in _CAUSES.items()},
    "Out of Memory Error": _MEMORY,
}
"""What stands somewhere in an error's text: the machine's own words, and DuckDB's."""


def paragraph(error: LivehouseError) -> str:
    """What, where and what to do, as sentences; only the first lines of a long cause."""
    what = _sentence(error.what.partition("\n\n")[0])
    where = f" ({error.where})" if error.where else ""
    remedy = error.remedy
    for words, (cause, cure) in _CAUSES_IN_WORDS.items():
        if words in error.what:
            what, remedy = f"{cause}: {what}", cure
    return f"{what}{where}. {_sentence(remedy)}." if remedy else f"{what}{where}."


def os_paragraph(error: OSError, place: str = "") -> str:
    """The same for an error of the file system; `place` is told where it names no file."""
    what, remedy = _CAUSES.get(
        error.errno or 0, (error.strerror or str(error), "See to it and run again.")
    )
    where = error.filename2 or error.filename or place
    return f"{what}{f' ({where})' if where else ''}. {remedy}"


def printable(text: str) -> str:
    """Text of dumps as a terminal may see it: control characters and such as \\x1b, lines kept.

    An escape sequence in a dump or a file name would otherwise move the cursor, hide text or
    answer for the person at the keyboard; a bidirectional override would reorder the line.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if character == "\n" or character.isprintable() else _escaped(character)
        for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _sentence(text: str) -> str:
    """On one line, with a capital and without its full stop."""
    line = " ".join(text.split()).rstrip(".")
    return line[:1].upper() + line[1:]
