"""Whatever bytes come, every line is accounted for as the exact judge says, and nothing breaks.

The judge has tests of its own, against the oracle and rows typed by hand; here the fast pass, the
cleaning of texts and the numbering of lines must come to its verdict for each line.

`LIVEHOUSE_FUZZ_SEED=7 pytest tests/test_fuzz.py` tries other lines, LIVEHOUSE_FUZZ_LINES more.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import resource
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import nasty_dumps
import pytest
import zstandard

from ingestion import plain
from ingestion.contract import ENVELOPE, EVENT_TYPES, FIELDS
from ingestion.judge import Accepted, judge
from ingestion.load import merge, stage
from livehouse.settings import Home, Settings
from simulator.simulate import simulate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SEED = int(os.environ.get("LIVEHOUSE_FUZZ_SEED", "1"))
LINES = int(os.environ.get("LIVEHOUSE_FUZZ_LINES", "100000"))
LINES_OF_A_FILE = 4000
ODD_VALUES = [
    b"NaN", b"-Infinity", b"1e400", b"-0", b"0.0", b"1" * 40, b"9223372036854775808", b"1e3",
    b"007", b"+1", b".5", b"0x10", b"true", b"null", b"{}", b"[]", b'""', b'" "', b"[[[1]]]",
    b"'single'", b"//comment\n", b'"\\ud800"', b'"\\u0000"', b'"\xed\xa0\x80"', b'"\xff"', b"\xc0",
    b"253402300800000", b"-62135596801000", b'"2026-02-30T00:00:00Z"', b'"24:00"', b"1777629600123",
    b'"' + b"x" * 300 + b'"', b"[" * 200 + b"]" * 200, b'{"a":' * 200 + b"1" + b"}" * 200,
    b'"=cmd|1"', b"'; drop table raw.events; --", b'"\\u202e"', b'"\xf0\x9f\x98\x80"',
]  # fmt: skip
ODD_BYTES = [b"\x00", b"\r", b"\x01", b"\t", b"\x0b", b"\x0c", b"\x1b[2J", b"\xef\xbb\xbf", b",",
             b"}", b"{", b'"', b"\\", b" ", b"\x85", b"\xe2\x80\xa8", b"\xff\xfe"]  # fmt: skip
Mutation = Callable[[random.Random, bytes], bytes]


def flip(rng: random.Random, line: bytes) -> bytes:
    changed = bytearray(line)
    for _ in range(rng.randint(1, 3)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(rng: random.Random, line: bytes) -> bytes:
    return line[: rng.randrange(len(line))]


def splice(rng: random.Random, line: bytes) -> bytes:
    start, end = sorted(rng.randrange(len(line)) for _ in range(2))
    place = rng.randrange(len(line))
    return line[:place] + line[start:end] + line[place:]


def insert(rng: random.Random, line: bytes) -> bytes:
    place = rng.randrange(len(line) + 1)
    return line[:place] + rng.choice(ODD_BYTES) * rng.randint(1, 3) + line[place:]


def revalue(rng: random.Random, line: bytes) -> bytes:
    """One of the values becomes another."""
    values = list(re.finditer(rb':\s*("[^"]*"|[^,{}\[\]]+)', line))
    if not values:
        return line
    value = rng.choice(values)
    return line[: value.start(1)] + rng.choice(ODD_VALUES) + line[value.end(1) :]


def repeat_key(rng: random.Random, line: bytes) -> bytes:
    """A key that is there comes again, with its value or another, or as a field of its own."""
    pairs = list(re.finditer(rb'"(\w+)":\s*("[^"]*"|[^,{}\[\]]+)', line))
    if not pairs:
        return line
    pair = rng.choice(pairs)
    value = rng.choice([pair[2], rng.choice(ODD_VALUES)])
    again = b'"' + rng.choice([pair[1], b"new_field", pair[1].upper()]) + b'":' + value
    return line.rstrip()[:-1] + b"," + again + b"}"


def pad(rng: random.Random, line: bytes) -> bytes:
    blanks = b"".join(rng.choice([b" ", b"\t", b"\x0b"]) for _ in range(rng.randint(0, 4)))
    return rng.choice([blanks, blanks + line, line + blanks, line[:-1] + b"," + blanks + b"}"])


def deepen(rng: random.Random, line: bytes) -> bytes:
    depth = rng.choice([50, 1000, 20_000])
    return line.rstrip()[:-1] + b',"deep":' + b"[" * depth + b"]" * rng.choice([depth, 0]) + b"}"


MUTATIONS: list[Mutation] = [flip, cut, splice, insert, revalue, revalue, repeat_key, pad]


def mutated(rng: random.Random, line: bytes) -> bytes:
    if rng.random() < 0.001:
        return deepen(rng, line)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        if line:
            line = rng.choice(MUTATIONS)(rng, line)
    return line.replace(b"\n", b" ")


def write_fuzz(landing: Path, seed: int, lines: int) -> int:
    """At least `lines` mutated lines in files of all kinds; how many there are."""
    rng = random.Random(seed)
    nasty = landing.parent / "nasty"
    nasty_dumps.write_nasty(nasty, seed)
    good = sorted(
        line
        for path in (nasty / "events").rglob("*.jsonl")
        for line in path.read_bytes().replace(b"\r\n", b"\n").split(b"\n")
        if line.startswith(b"{") and line.endswith(b"}")
    )
    (landing / "events").mkdir(parents=True)
    written = 0
    for number in range(-(-lines // LINES_OF_A_FILE)):
        texts = [mutated(rng, rng.choice(good)) for _ in range(LINES_OF_A_FILE)]
        written += len(texts)
        text = (b"\r\n" if number % 5 == 1 else b"\n").join(texts)
        if number % 5 == 2:
            text = b"\xef\xbb\xbf" + text + b"\n"
        path = landing / "events" / f"fuzz-{number}.jsonl"
        if number % 5 == 3:
            path, text = path.with_suffix(".jsonl.gz"), gzip.compress(text, mtime=0)
        elif number % 5 == 4:
            packed = zstandard.ZstdCompressor().compress(text)
            path, text = path.with_suffix(".jsonl.zst"), packed[: len(packed) - number % 2 * 100]
        path.write_bytes(text)
    return written


def fate(line: bytes) -> str:
    """What must become of a line: `blank`, `accepted`, or the reason for which it is rejected."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "malformed_json"
    if len(line) > Settings().max_line_bytes:
        return "malformed_json"
    if not text.strip(" \t\r\n\v\f"):
        return "blank"
    verdict = judge(text, NOW)
    return "accepted" if isinstance(verdict, Accepted) else verdict.reason


def lines_of(path: Path) -> list[bytes]:
    """The lines of a dump as they stand in the file; of a cut one those that can be unpacked."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    elif path.suffix == ".zst":
        content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    lines = content.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def test_every_mutated_line_ends_as_the_judge_says(tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", Home(tmp_path / "home")
    assert write_fuzz(landing, SEED, LINES) >= LINES
    settings = Settings(threads=2, memory_limit="1GB")
    stage(home, settings, landing, NOW)
    merge(home, settings, {}, NOW)
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        counts = {
            path: found
            for path, *found in reader.execute(
                "select path, lines, accepted + duplicates, rejected, blank from raw.files"
            ).fetchall()
        }
        rejects = {
            (path, line_no): reason
            for path, line_no, reason in reader.execute(
                "select path, line_no, reason from raw.rejects join raw.files using (file_id)"
            ).fetchall()
        }
        events = reader.execute("select event_id from raw.events").fetchall()
    differing = []
    for path in sorted((landing / "events").iterdir()):
        name = f"events/{path.name}"
        lines = lines_of(path)
        fates = [fate(line) for line in lines]
        for number, (line, wanted) in enumerate(zip(lines, fates, strict=True), start=1):
            got = rejects.pop((name, number), wanted if wanted == "blank" else "accepted")
            if got != wanted:
                differing.append((name, number, got, wanted, line[:300]))
        blank, accepted = fates.count("blank"), fates.count("accepted")
        if counts[name] != [len(lines), accepted, len(lines) - accepted - blank, blank]:
            differing.append((name, counts[name], len(lines), accepted, blank))
    assert differing == []
    assert rejects == {}
    assert 0 < len(events) == len({event_id for (event_id,) in events})


def test_a_plain_line_is_to_the_last_field_what_the_judge_says(tmp_path: Path) -> None:
    """One mutation leaves many lines plain: what the pattern takes, the judge must take alike."""
    rng = random.Random(SEED)
    lines = [
        line.decode()
        for line in (rng.choice(MUTATIONS)(rng, line) for line in good_lines(tmp_path, rng, 20_000))
        if b"\n" not in line and is_utf8(line)
    ]
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; create schema batch")
        connection.execute("create table lines (file_id integer, line varchar)")
        rows = "".join(json.dumps({"n": n, "l": line}) + "\n" for n, line in enumerate(lines))
        (tmp_path / "rows.jsonl").write_text(rows)
        connection.execute(
            f"insert into lines from read_json('{tmp_path}/rows.jsonl',"
            " columns = {n: 'INTEGER', l: 'VARCHAR'}, format = 'newline_delimited')"
        )
        connection.execute(
            f"create table batch.events_plain as {plain.plain_sql('from lines', NOW)}"
        )
        connection.execute("delete from batch.events_plain where suspect_line is not null")
        found = connection.execute(plain.typed_sql())
        names = [column[0] for column in found.description]
        events = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert len(events) > 0.05 * len(lines)
    for event in events:
        line = lines[event["file_id"]]
        verdict = judge(line, NOW)
        assert isinstance(verdict, Accepted), (verdict, line)
        wanted = {**verdict.event, **verdict.event.get("payload", {})}
        of_type = EVENT_TYPES.get(wanted["event_type"])
        for field in (*ENVELOPE, *(FIELDS[name] for name in (of_type.payload if of_type else ()))):
            value = wanted.get(field.name)
            if field.kind == "timestamp" and value is not None:
                value = datetime.strptime(value.zfill(27), "%Y-%m-%dT%H:%M:%S.%fZ")
            assert event[field.name] == value, (field.name, line)


def good_lines(folder: Path, rng: random.Random, lines: int) -> list[bytes]:
    """Lines of a simulated day, every type of event alike."""
    simulate(folder / "dump", days=1, events_per_day=10_000, seed=SEED, start=date(2026, 5, 20))
    by_type: dict[str, list[bytes]] = {}
    for path in (folder / "dump/events").rglob("*.jsonl"):
        for line in path.read_bytes().splitlines():
            by_type.setdefault(json.loads(line)["event_type"], []).append(line)
    return [rng.choice(by_type[rng.choice(sorted(by_type))]) for _ in range(lines)]


def is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_bomb_is_held_back_before_it_fills_disk_or_memory(tmp_path: Path, suffix: str) -> None:
    landing, home = tmp_path / "landing", Home(tmp_path / "home")
    bomb = landing / "events" / f"bomb.jsonl{suffix}"
    bomb.parent.mkdir(parents=True)
    size = 512 * 1024**2
    with bomb.open("wb") as file:
        pack = gzip.GzipFile(fileobj=file, mode="wb") if suffix == ".gz" else (
            zstandard.ZstdCompressor().stream_writer(file, closefd=False)
        )  # fmt: skip
        with pack:
            for _ in range(size // 2**24):
                pack.write(bytes(2**24))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    delivery = stage(home, Settings(max_unpacked_bytes=64 * 1024**2), landing, NOW)
    assert delivery.files[0].is_truncated
    assert "unpacks to more than 67,108,864 bytes" in str(delivery.files[0].error)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 500_000, f"{grown:,} kB more"
