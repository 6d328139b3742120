"""What a person or a machine is told about a night.

What belongs here: text and JSON of a finished night, and the progress line while it runs.
What does not: finding anything out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from livehouse.profile import NIGHT, Span
from livehouse.telling import printable
from orchestration.journal import CheckReport, FileReport, Night

if TYPE_CHECKING:
    from livehouse.status import Status
    from publishing.differences import ReleaseChange, TableChange
    from publishing.release import Release

FILES_SHOWN = 40
CHECKS_SHOWN = 20
NAMES_SHOWN = 10
PIECES_SHOWN = 20
COLUMNS_SHOWN = 15
_HEADLINES = {
    "published": "Published.",
    "published_with_held": "Published, with files held back.",
    "nothing_new": "Nothing new.",
    "judged": "Judged and not published.",
    "failed": "Failed.",
}


class Progress:
    """One line a step on a terminal; a step that says more rewrites its line. Else silence."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._topic = ""

    def say(self, text: str) -> None:
        """`topic: what` - the same topic again takes the place of the line before."""
        if not self._stream.isatty():
            return
        text = printable(text)
        topic = text.partition(":")[0]
        lead = "\r\x1b[K" if topic == self._topic else "\n" if self._topic else ""
        self._stream.write(lead + text)
        self._stream.flush()
        self._topic = topic

    def end(self) -> None:
        """The cursor goes to a line of its own."""
        if self._topic:
            self._stream.write("\n")
            self._topic = ""


def as_json(night: Night, log_path: str) -> dict[str, Any]:
    """The night for machines."""
    return {
        **dataclasses.asdict(night),
        "exit_code": night.exit_code,
        "checks_passed": night.count("passed"),
        "checks_warned": night.count("warned"),
        "checks_failed": night.count("failed"),
        "log": log_path,
    }


def as_text(night: Night, log_path: str) -> str:
    """The night for people: files, checks, and how to open the release."""
    parts = [" ".join(part for part in (_HEADLINES[night.outcome], night.message) if part)]
    if night.files:
        parts.append("\n".join(_file_table(night.files)))
    if night.new_names:
        parts.append("\n".join(_new_name_lines(night)))
    if night.checks:
        parts.append("\n".join(_check_lines(night)))
    if night.release_path:
        parts.append("\n".join(_release_lines(night)))
    if night.profile:
        parts.append("\n".join(_profile_lines(night.profile)))
    parts.append(f"{night.seconds:.1f} s, log: {log_path}")
    return "\n\n".join(parts)


def releases_text(releases: Sequence[Release]) -> str:
    """The releases, newest first, the one that readers see marked."""
    if not releases:
        return "No release yet: `livehouse run` publishes one."
    rows = [
        (
            release.release_id,
            f"{release.released_at:%Y-%m-%d %H:%M:%S}",
            f"{release.size_bytes / 1e6:.1f} MB",
            "current" if release.is_current else "",
        )
        for release in releases
    ]
    return "\n".join(table(("release", "published (UTC)", "size", ""), rows))


def status_text(status: Status) -> str:
    """How the house stands, for people."""
    parts = [f"Home: {status.home}"]
    if status.release_id:
        behind = f", {status.hours_behind:,} h ago" if status.hours_behind is not None else ""
        parts.append(
            f"Release: {status.release_id}, published {status.published_at} UTC\n"
            f"  {status.release_path}\n"
            f"Newest event: {status.newest_event_at or 'none'} UTC{behind}\n"
            f"Files loaded: {status.files:,}, held back: {len(status.held)}"
        )
    else:
        parts.append("Release: none yet. Put dumps into landing/ and start `livehouse run`.")
    parts += [f"held back: {file['path']}: {file['held_reason']}" for file in status.held]
    if status.last_loads:
        header = tuple(status.last_loads[0])
        rows = [tuple(load.values()) for load in status.last_loads]
        parts.append("Last loads:\n" + "\n".join(table(header, rows)))
    if status.rejects:
        rows = [tuple(reason.values()) for reason in status.rejects]
        parts.append("Rejected lines:\n" + "\n".join(table(("reason", "lines"), rows)))
    if status.drift:
        rows = [tuple(name.values()) for name in status.drift]
        parts.append(
            "Not in the contract (all of them: meta.drift):\n"
            + "\n".join(table(tuple(status.drift[0]), rows))
        )
    if status.release_id:
        checks = [
            f"  {check['severity']}: {check['name']} in {_subject(check)}: {check['observed']}"
            for check in status.troubled_checks[:CHECKS_SHOWN]
        ]
        told = (
            f"Checks of this release: {status.checks_passed} passed,"
            f" {status.checks_warned} warned, {status.checks_failed} failed."
        )
        parts.append("\n".join([told, *checks]))
    return "\n\n".join(parts)


def difference_text(change: ReleaseChange) -> str:
    """What changed between two releases, for people: changed tables only, largest columns first."""
    parts = [f"{change.before} -> {change.after}"]
    parts += [f"new table: {name}" for name in change.tables_added]
    parts += [f"table gone: {name}" for name in change.tables_removed]
    changed = [table for table in change.tables if table.is_changed]
    header = ("table", "rows before", "rows after", "added", "removed", "changed")
    rows = [
        (t.table, t.rows_before, t.rows_after, t.rows_added, t.rows_removed, t.rows_changed)
        for t in changed
    ]
    if rows:
        parts.append("\n".join(table(header, rows)))
    parts += ["\n".join(_column_lines(t)) for t in changed if t.columns_changed]
    parts += [
        f"{t.table}: columns added: {', '.join(t.columns_added) or 'none'};"
        f" removed: {', '.join(t.columns_removed) or 'none'}"
        for t in changed
        if t.columns_added or t.columns_removed
    ]
    same = len(change.tables) - len(changed)
    parts.append(f"{same} tables are the same in both.")
    return "\n\n".join(parts)


def _column_lines(change: TableChange) -> Iterator[str]:
    yield change.table
    columns = sorted(change.columns_changed, key=lambda c: (-c.changed_rows, c.column))
    header = ("column", "changed rows", "sum before", "sum after", "largest change")
    yield from table(
        header,
        [
            (c.column, c.changed_rows, c.sum_before, c.sum_after, c.largest_change)
            for c in columns[:COLUMNS_SHOWN]
        ],
    )
    if len(columns) > COLUMNS_SHOWN:
        yield f"and {len(columns) - COLUMNS_SHOWN} more columns: --json shows them"


def _new_name_lines(night: Night) -> Iterator[str]:
    """A notice: what the dumps carry since tonight that the contract lacks."""
    for name in night.new_names[:NAMES_SHOWN]:
        yield (
            f"notice: new {name.kind.replace('_', ' ')} {name.name}: {name.lines:,} lines in"
            f" {name.files:,} files, first in {name.path}"
        )
    if len(night.new_names) > NAMES_SHOWN:
        yield f"and {len(night.new_names) - NAMES_SHOWN} more new names: see meta.drift"


def _subject(check: dict[str, Any]) -> str:
    return ".".join(part for part in (check["table_name"], check["metric"]) if part)


def table(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Iterator[str]:
    """Aligned columns, numbers to the right."""
    texts = [["" if cell is None else _text(cell) for cell in row] for row in rows]
    widths = [
        max(len(title), *(len(row[place]) for row in texts), 0)
        for place, title in enumerate(header)
    ]
    numeric = [
        bool(rows) and all(isinstance(row[place], int | float | None) for row in rows)
        for place in range(len(header))
    ]
    for row in [list(header), *texts]:
        cells = (
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, numeric, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:,.4f}"
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)


def _file_table(files: tuple[FileReport, ...]) -> Iterator[str]:
    # Held files first: they are what somebody has to look at.
    ordered = sorted(files, key=lambda file: (file.state != "held", file.path))
    # Nobody was erased in most houses.
    counts = ["lines", "accepted", "duplicates", "rejected", "blank"]
    counts += ["erased"] if any(file.erased for file in files) else []
    header = ("file", *counts, "state")
    rows: list[tuple[Any, ...]] = [
        (file.path, *(getattr(file, name) for name in counts), file.state)
        for file in ordered[:FILES_SHOWN]
    ]
    rows.append(
        (
            f"{len(files)} files",
            *(sum(getattr(file, column) for file in files) for column in counts),
            "",
        )
    )
    yield from table(header, rows)
    for file in ordered:
        if file.held_reason:
            yield f"held back: {file.path}: {file.held_reason}"
            yield f"  to load it all the same: livehouse run --accept {file.path}"


def _check_lines(night: Night) -> Iterator[str]:
    yield (
        f"Checks: {night.count('passed')} passed, {night.count('warned')} warned,"
        f" {night.count('failed')} failed."
    )
    troubled = [check for check in night.checks if check.state != "passed"]
    troubled.sort(key=lambda check: check.state != "failed")
    for check in troubled[:CHECKS_SHOWN]:
        yield from _check_line(check)
    if len(troubled) > CHECKS_SHOWN:
        yield f"  and {len(troubled) - CHECKS_SHOWN} more: see the log"


def _check_line(check: CheckReport) -> Iterator[str]:
    where = f" in {check.table}" if check.table else ""
    detail = f": {check.observed}" if check.observed else ""
    if check.expected:
        detail += f" (expected {check.expected})"
    yield f"  {check.state}: {check.name}{where}{detail}"
    if check.state == "failed":
        for row in check.examples:
            yield "    " + ", ".join(f"{name}={value}" for name, value in row.items())


def _profile_lines(spans: tuple[Span, ...]) -> Iterator[str]:
    """The steps, the pieces that took longest, and the figures of the night."""
    night = {span.name: span for span in spans if span.step == NIGHT}
    pieces = [span for span in spans if span.step != NIGHT and span.seconds is not None]
    steps: dict[str, list[Span]] = {}
    for span in pieces:
        steps.setdefault(span.step, []).append(span)
    total = night["seconds"].seconds or 0.0
    taken = {step: sum(span.seconds or 0.0 for span in of) for step, of in steps.items()}
    taken["between them"] = max(total - sum(taken.values()), 0.0)
    rows: list[tuple[Any, ...]] = [
        (
            step,
            f"{seconds:.2f}",
            f"{sum(span.cpu_seconds or 0.0 for span in steps.get(step, [])):.2f}",
            f"{seconds / total:.0%}" if total else "",
        )
        for step, seconds in taken.items()
    ]
    rows[-1] = (rows[-1][0], rows[-1][1], "", rows[-1][3])
    yield from table(("step", "seconds", "CPU s", "share"), rows)
    yield ""
    longest = sorted(pieces, key=lambda span: -(span.seconds or 0.0))[:PIECES_SHOWN]
    yield from table(
        ("step", "piece", "seconds", "CPU s", "rows", "MB"),
        [
            (
                span.step,
                span.name,
                f"{span.seconds:.2f}",
                "" if span.cpu_seconds is None else f"{span.cpu_seconds:.2f}",
                span.rows,
                _megabytes(span.bytes),
            )
            for span in longest
        ],
    )
    if len(pieces) > PIECES_SHOWN:
        yield f"and {len(pieces) - PIECES_SHOWN} more: see meta.run_profile"
    yield ""
    yield (
        f"{total:.1f} s, {night['seconds'].cpu_seconds or 0.0:.1f} CPU s,"
        f" peak memory {_megabytes(night['peak memory'].bytes)} MB,"
        f" spilled {_megabytes(night['spill'].bytes) or 'unknown'} MB"
    )


def _megabytes(size: int | None) -> str:
    return "" if size is None else f"{size / 1e6:,.1f}"


def _release_lines(night: Night) -> Iterator[str]:
    lives = "" if night.live_sessions is None else f", {night.live_sessions:,} LIVEs"
    rebuilt = "" if night.lives_rebuilt is None else f", {night.lives_rebuilt:,} rebuilt"
    yield f"Release {night.release_id}: {night.models} models{lives}{rebuilt}"
    yield f"  {night.release_path}"
    yield "Open it:"
    yield f"  duckdb -readonly {night.release_path}"
    yield (
        f"  python -c \"import duckdb; print(duckdb.connect('{night.release_path}',"
        " read_only=True).table('marts.live_sessions'))\""
    )
