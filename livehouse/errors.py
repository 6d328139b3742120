"""Errors that a person is meant to read: one paragraph with what, where, and what to do."""

from __future__ import annotations


class LivehouseError(Exception):
    """A failure with a remedy; the command line prints it as it is and exits with `exit_code`."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(" ".join(part for part in (what, where and f"({where})", remedy) if part))


class UsageError(LivehouseError):
    """The command was asked for something that cannot be."""

    exit_code = 2


class JudgedError(LivehouseError):
    """The candidate was built, judged and not published; the last good release stays."""

    exit_code = 3
