"""The landing folder: which files are there, which are new, and each one as clean plain text.

What belongs here: bytes. Names, hashes, decompression, line ends, encodings.
What does not: what a line means (events.py, webcast.py, reference.py).

One pass over the bytes gives the hash, the number of lines and whether the text is clean; a
compressed file is unpacked into the spool in that same pass. Only a file that is not clean
(CRLF, a byte order mark, bytes that are not UTF-8, an oversized line) is read a second time.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

from livehouse.errors import LivehouseError

CHUNK_BYTES = 1024 * 1024
FAMILIES = ("events", "webcast", "reference", "seller_center")
TEXT_SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
SUFFIXES: dict[str, tuple[str, ...]] = {
    "events": (*TEXT_SUFFIXES, ".parquet"),
    "webcast": (*TEXT_SUFFIXES, ".csv"),
    "reference": (".csv", ".jsonl", ".parquet"),
}
_BOM = b"\xef\xbb\xbf"
_UNCLEAN_BYTES = (b"\r", b"\x00", b"\x01")


@dataclass(frozen=True)
class LandingFile:
    """A finished file under landing/, known by its path relative to landing."""

    path: str
    location: Path
    bytes: int
    mtime_ns: int

    @property
    def family(self) -> str:
        return self.path.split("/", 1)[0]

    @property
    def is_text(self) -> bool:
        return self.path.lower().endswith(TEXT_SUFFIXES)


@dataclass(frozen=True)
class Inspection:
    """What one pass over a file's bytes found; `text` is the plain file to read the lines from."""

    sha256: str
    lines: int
    text: Path
    is_clean: bool
    is_truncated: bool
    error: str | None = None


@dataclass(frozen=True)
class RejectedLine:
    """A line that is no text at all, by its number (from 1)."""

    line_no: int
    reason: str
    raw_text: str
    is_base64: bool


def scan(landing: Path) -> tuple[LandingFile, ...]:
    """Every finished file of a known family, in path order.

    Raises LivehouseError where the folder cannot be read.
    """
    if not landing.is_dir():
        raise LivehouseError(
            "The landing folder is not there or is not a folder.",
            where=str(landing),
            remedy="Make it, or name another with --landing.",
        )

    def refuse(error: OSError) -> None:
        raise LivehouseError(
            f"The landing folder cannot be read: {error.strerror}.",
            where=str(error.filename),
            remedy="Give the user of the nightly run read permission on it.",
        ) from error

    found = []
    for family in SUFFIXES:
        for folder, folders, names in os.walk(landing / family, onerror=_unless_absent(refuse)):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
            for name in names:
                if _is_finished(name) and name.lower().endswith(SUFFIXES[family]):
                    found.append(_landing_file(landing, Path(folder) / name))
    return tuple(sorted(found, key=lambda file: file.path))


def ignored(landing: Path) -> tuple[str, ...]:
    """Finished files under landing/ that no family reads, for a notice."""
    known = {file.path for file in scan(landing)}
    names = (
        path.relative_to(landing).as_posix()
        for path in landing.rglob("*")
        if path.is_file() and _is_finished(path.name)
    )
    return tuple(sorted(name for name in names if name not in known))


def _unless_absent(refuse: Callable[[OSError], None]) -> Callable[[OSError], None]:
    return lambda error: None if isinstance(error, FileNotFoundError) else refuse(error)


def _is_finished(name: str) -> bool:
    return not name.startswith((".", "_")) and not name.lower().endswith((".tmp", ".part"))


def _landing_file(landing: Path, location: Path) -> LandingFile:
    status = location.stat()
    return LandingFile(
        path=location.relative_to(landing).as_posix(),
        location=location,
        bytes=status.st_size,
        mtime_ns=status.st_mtime_ns,
    )


class _Unpacker(Protocol):
    """Bytes in, plain bytes out; `is_complete` after the last byte tells a whole file.

    `bite` bytes are given to it at a time, so few that even a bomb cannot fill the memory.
    """

    bite: int
    is_complete: bool

    def unpack(self, chunk: bytes) -> bytes: ...


class _Plain:
    bite = CHUNK_BYTES
    is_complete = True

    def unpack(self, chunk: bytes) -> bytes:
        return chunk


class _Gzip:
    bite = 64 * 1024  # unpacks to 66 MB at the most

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self.is_complete = False

    def unpack(self, chunk: bytes) -> bytes:
        pieces = []
        while chunk:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            pieces.append(self._member.decompress(chunk))
            chunk = self._member.unused_data
        self.is_complete = self._member.eof
        return b"".join(pieces)


class _Zstandard:
    bite = 4 * 1024  # unpacks to 134 MB at the most

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self.is_complete = False

    def unpack(self, chunk: bytes) -> bytes:
        pieces = []
        while chunk:
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            pieces.append(self._frame.decompress(chunk))
            chunk = self._frame.unused_data
        self.is_complete = self._frame.eof
        return b"".join(pieces)


_UNPACKERS: dict[str, Callable[[], _Unpacker]] = {".gz": _Gzip, ".zst": _Zstandard}


def digest(file: LandingFile) -> str:
    """The hash of a file's bytes, its identity; empty where it cannot be read."""
    try:
        with file.location.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except PermissionError:
        return ""


def inspect(
    file: LandingFile, spool: Path, max_line_bytes: int, max_unpacked_bytes: int
) -> Inspection:
    """Hash, count and check a file in one pass; unpack it into `spool` where it is compressed.

    A cut or corrupt archive gives what could be read, with `is_truncated` set, and so does one that
    unpacks to more than `max_unpacked_bytes`.
    """
    hashed = hashlib.sha256()
    make_unpacker = _UNPACKERS.get(file.location.suffix.lower())
    unpacker: _Unpacker = make_unpacker() if make_unpacker else _Plain()
    survey = _Survey(max_line_bytes)
    room = max_unpacked_bytes
    error = None
    with file.location.open("rb") as source:
        if not file.is_text:
            whole = hashlib.file_digest(source, "sha256")
            return Inspection(whole.hexdigest(), 0, file.location, True, False)
        with _sink(spool if make_unpacker else None) as sink:
            while chunk := source.read(unpacker.bite):
                hashed.update(chunk)
                if error:
                    continue
                try:
                    plain = unpacker.unpack(chunk)
                except (zlib.error, zstandard.ZstdError) as broken:
                    error = f"it cannot be unpacked past line {survey.lines}: {broken}"
                    continue
                if sink:
                    room -= len(plain)
                    if room < 0:
                        error = (
                            f"it unpacks to more than {max_unpacked_bytes:,} bytes"
                            " (LIVEHOUSE_MAX_UNPACKED_BYTES)"
                        )
                        continue
                    sink.write(plain)
                survey.look(plain)
    is_truncated = error is not None or (file.bytes > 0 and not unpacker.is_complete)
    if is_truncated and error is None:
        error = f"it ends in the middle of the compressed stream, after {survey.lines} whole lines"
    return Inspection(
        sha256=hashed.hexdigest(),
        lines=survey.total_lines,
        text=spool if make_unpacker else file.location,
        is_clean=survey.is_clean,
        is_truncated=is_truncated,
        error=error,
    )


class _sink:
    """The spool file, or nothing, as a context."""

    def __init__(self, path: Path | None) -> None:
        self._file: BinaryIO | None = path.open("wb") if path else None

    def __enter__(self) -> BinaryIO | None:
        return self._file

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()


class _Survey:
    """Line count and cleanliness of a text that passes by in chunks."""

    def __init__(self, max_line_bytes: int) -> None:
        self.lines = 0
        self.is_clean = True
        self._max_line_bytes = max_line_bytes
        self._open_bytes = 0
        self._is_first = True
        self._undecided = b""

    @property
    def total_lines(self) -> int:
        return self.lines + (1 if self._open_bytes else 0)

    def look(self, chunk: bytes) -> None:
        if not chunk:
            return
        if self._is_first and chunk.startswith(_BOM):
            self.is_clean = False
        self._is_first = False
        if self.is_clean:
            self.is_clean = (
                self._is_utf8(chunk)
                and not any(byte in chunk for byte in _UNCLEAN_BYTES)
                and not self._ends_long_line(chunk)
                and not _has_long_line(chunk, self._max_line_bytes)
            )
        self.lines += chunk.count(b"\n")
        last = chunk.rfind(b"\n")
        if last < 0:
            self._open_bytes += len(chunk)
        else:
            self._open_bytes = len(chunk) - last - 1

    def _is_utf8(self, chunk: bytes) -> bool:
        text = self._undecided + chunk
        self._undecided = b""
        if text.isascii():
            return True
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as error:
            # A character may be cut by the end of the chunk; anything earlier is not UTF-8.
            if error.reason != "unexpected end of data" or len(text) - error.start > 3:
                return False
            self._undecided = text[error.start :]
        return True

    def _ends_long_line(self, chunk: bytes) -> bool:
        first = chunk.find(b"\n")
        return self._open_bytes + (first if first >= 0 else len(chunk)) > self._max_line_bytes


def clean(
    text: Path, into: Path, max_line_bytes: int, rewrite: Callable[[str], str | RejectedLine]
) -> tuple[RejectedLine, ...]:
    """Write a clean copy of an unclean text; lines keep their numbers, rejected ones become empty.

    `rewrite` judges a line that holds control characters: the line in canonical spelling, or why
    it is rejected (its line_no is filled in here).
    """
    rejected: list[RejectedLine] = []
    line_no = 0
    with text.open("rb") as source, into.open("wb") as sink:
        for block in _blocks(source, max_line_bytes):
            if line_no == 0:
                block = block.removeprefix(_BOM)
            block = block.replace(b"\r\n", b"\n")
            if _is_clean(block, max_line_bytes):
                sink.write(block)
                line_no += block.count(b"\n")
                continue
            for line in block.removesuffix(b"\n").split(b"\n"):
                line_no += 1
                result = _clean_line(line, max_line_bytes, rewrite)
                if isinstance(result, RejectedLine):
                    rejected.append(replace(result, line_no=line_no))
                    result = b""
                sink.write(result + b"\n")
    return tuple(rejected)


def _blocks(source: BinaryIO, max_line_bytes: int) -> Iterator[bytes]:
    """Blocks of whole lines; an oversized line is kept up to 16 times the limit, then cut."""
    keep = 16 * max_line_bytes
    rest = b""
    while chunk := source.read(CHUNK_BYTES):
        rest += chunk
        end = rest.rfind(b"\n") + 1
        if end:
            yield rest[:end]
        rest = rest[end:][:keep]
    if rest:
        yield rest


def _is_clean(block: bytes, max_line_bytes: int) -> bool:
    if any(byte in block for byte in _UNCLEAN_BYTES):
        return False
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            return False
    return len(block) <= max_line_bytes or not _has_long_line(block, max_line_bytes)


def _has_long_line(block: bytes, max_line_bytes: int) -> bool:
    """Whether more than `max_line_bytes` stand without a line end."""
    position = 0
    while len(block) - position > max_line_bytes:
        following = block.rfind(b"\n", position, position + max_line_bytes + 1)
        if following < 0:
            return True
        position = following + 1
    return False


def _clean_line(
    line: bytes, max_line_bytes: int, rewrite: Callable[[str], str | RejectedLine]
) -> bytes | RejectedLine:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return RejectedLine(0, "malformed_json", base64.b64encode(line).decode("ascii"), True)
    if len(line) > max_line_bytes:
        return RejectedLine(0, "malformed_json", text, False)
    if not line.strip():
        return b""
    if not any(byte in line for byte in _UNCLEAN_BYTES):
        return line
    rewritten = rewrite(text)
    return rewritten if isinstance(rewritten, RejectedLine) else rewritten.encode("utf-8")


def line_numbers(text: Path, wanted: Iterable[str]) -> dict[str, list[int]]:
    """Where each wanted line stands in a clean text: line -> its numbers (from 1)."""
    numbers: dict[bytes, list[int]] = {line.encode("utf-8"): [] for line in wanted}
    with text.open("rb") as source:
        for line_no, line in enumerate(source, start=1):
            places = numbers.get(line.rstrip(b"\r\n"))
            if places is not None:
                places.append(line_no)
    return {line.decode("utf-8"): places for line, places in numbers.items()}
