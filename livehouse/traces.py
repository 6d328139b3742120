"""Whether a word stands anywhere in a home: in the columns of its databases, in its bytes.

What belongs here: looking, and blotting a word out of logs. What does not: deciding what to erase.

A word is found whole: `v1` is not in `v10`. In the bytes of a DuckDB file strings stand without
gaps, so there any occurrence counts, unless a longer word that the file rightly holds has it
inside; then the columns alone are the proof.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from livehouse.settings import Home

_WORD = "[0-9A-Za-z_-]"


@dataclass(frozen=True)
class Columns:
    """What a search of a file's text columns saw: `found` names each with its number of rows;
    `longer` are the words of which another word holds them inside.
    """

    searched: int
    found: tuple[str, ...]
    longer: frozenset[str]


@dataclass(frozen=True)
class Traces:
    """Everything that was searched, and each place where a word still stands."""

    columns: int
    files: int
    bytes: int
    found: tuple[str, ...]


def columns_with(file: Path, words: Iterable[str]) -> Columns:
    """Search every text column of every table of a DuckDB file for whole words."""
    words = tuple(words)
    found, longer = [], set()
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = connection.execute(
            "select columns.schema_name, columns.table_name, columns.column_name"
            " from duckdb_columns() as columns inner join duckdb_tables() as tables"
            " using (schema_name, table_name) where columns.data_type like '%VARCHAR%'"
            " and not columns.internal order by all"
        ).fetchall()
        for schema, table, column in columns:
            for word in words:
                text = f'cast("{column}" as varchar)'
                row = connection.execute(
                    f"select count(*) filter (where regexp_matches({text}, $pattern)), count(*)"
                    f' from "{schema}"."{table}" where contains({text}, $word)',
                    {"word": word, "pattern": _pattern(word)},
                ).fetchone()
                whole, any_place = row if row is not None else (0, 0)
                if whole:
                    found.append(f"{file.name}: {schema}.{table}.{column}: {whole} row(s)")
                if any_place > whole:
                    longer.add(word)
    return Columns(len(columns), tuple(found), frozenset(longer))


def search(home: Home, words: Iterable[str], leave_out: Iterable[Path] = ()) -> Traces:
    """Search all tables and all bytes of a home, but for the folders `leave_out`."""
    words = tuple(words)
    left_out = tuple(leave_out)
    columns, files, size = 0, 0, 0
    found: list[str] = []
    for path in _files(home, left_out):
        name = path.relative_to(home.root).as_posix()
        files += 1
        size += path.stat().st_size
        doubtful: frozenset[str] = frozenset()
        is_database = path.suffix == ".duckdb"
        if is_database:
            seen = columns_with(path, words)
            columns += seen.searched
            found += [f"{name}: {place.partition(': ')[2]}" for place in seen.found]
            doubtful = seen.longer
        for word in words:
            if word in doubtful:
                continue
            places = sum(1 for _ in _places(path, word, is_whole=not is_database))
            if places:
                found.append(f"{name}: {places} time(s) in its bytes")
    return Traces(columns, files, size, tuple(found))


def blot_out(home: Home, word: str, leave_out: Iterable[Path] = ()) -> tuple[str, ...]:
    """Overwrite the word with as many `x` in every file that is no database of ours; their paths.

    In place and of the same length, so that a log or a database that is open stays what it is.
    """
    blotted = []
    for path in _files(home, tuple(leave_out)):
        if path.suffix == ".duckdb":
            continue
        places = list(_places(path, word, is_whole=True))
        if places:
            with path.open("r+b") as file:
                for place in places:
                    file.seek(place)
                    file.write(b"x" * len(word.encode()))
            blotted.append(path.relative_to(home.root).as_posix())
    return tuple(blotted)


def _files(home: Home, left_out: tuple[Path, ...]) -> Iterator[Path]:
    own = (home.key, home.tombstones)
    for path in sorted(home.root.rglob("*")):
        if path.is_symlink() or not path.is_file() or path in own:
            continue
        # The link `current` leads to a release that is there under its own name.
        if any(path.is_relative_to(folder) for folder in (*left_out, home.current)):
            continue
        yield path


def _places(path: Path, word: str, *, is_whole: bool) -> Iterator[int]:
    if path.stat().st_size == 0:
        return
    text = re.escape(word.encode())
    edge = _WORD.encode()
    pattern = rb"(?<!" + edge + rb")" + text + rb"(?!" + edge + rb")" if is_whole else text
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        for match in re.finditer(pattern, view):
            yield match.start()


def _pattern(word: str) -> str:
    """The word between edges, for DuckDB's regular expressions."""
    escaped = re.sub(r"([^0-9A-Za-z_])", r"\\\1", word) if word.isascii() else f"\\Q{word}\\E"
    outside = _WORD.replace("[", "[^")
    return f"(^|{outside}){escaped}($|{outside})"
