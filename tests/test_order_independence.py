"""What is published depends on which events ever came, never on when, in which file or in what order.

Raw is held against a home into which all came in one file of each family; the published tables
against one `--full` night. LIVEHOUSE_ORDERS=500 tries more orders of raw, `make test-long` more whole
nights.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from parcels import Parcel, content_hashes, deliver, in_parcels, load, write

from ingestion.withdraw import find_file, withdraw
from livehouse.settings import Home, Settings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORDERS = int(os.environ.get("LIVEHOUSE_ORDERS", "25"))
SETTINGS = Settings(threads=1, memory_limit="1GB")
FILES = frozenset({"raw.files", "raw.seen", "raw.rejects", "raw.drift", "raw.events_duplicates",
                   "raw.webcast_messages_duplicates"})  # fmt: skip
"""Tables of raw that tell of files; the copies that do not count are as many as were delivered."""
EARLY, LATER, LATEST = (f"2026-05-01T10:00:0{second}Z" for second in (1, 5, 9))


def event(event_id: str, event_type: str = "like", count: Any = 1, **more: Any) -> str:
    """A line as a collector writes it; `payload` and every other field may be given."""
    line = {
        "event_id": event_id,
        "event_type": event_type,
        "event_ts": "2026-05-01T10:00:00Z",
        "live_id": "L1",
        "creator_id": "C1",
        "viewer_id": "v1",
        "payload": {"count": count},
        **more,
    }
    return json.dumps(line)


def message(number: int, viewer: str, **more: Any) -> str:
    """A comment of the public feed."""
    common = {"method": "WebcastChatMessage", "msgId": str(number), "roomId": "9"}
    created = {"createTime": str(1780300000000 + number)}
    return json.dumps(
        {"common": {**common, **created}, "user": {"id": viewer}, "content": "so?", **more}
    )


# Of an event the count that must win, whatever the order; a copy's own count tells it from others.
WINNERS = {"alone": 1, "received": 2, "undated": 3, "corrected": 4, "same": 5, "spelled": 6}
EVENTS = (
    event("alone", count=1),
    event("received", count=99, received_ts=LATEST),
    event("received", count=2, received_ts=EARLY),
    event("received", count=98, received_ts=LATER),
    event("undated", count=97),
    event("undated", count=3, received_ts=LATEST),
    event("corrected", count=4, received_ts=EARLY, event_ts="2026-05-01T09:00:00Z"),
    event("corrected", count=4, received_ts=LATER, event_ts="2026-05-01T11:00:00Z"),
    event("same", count=5, received_ts=EARLY),
    event("same", count=5, received_ts=EARLY),
    event("spelled", count=6, event_ts="2026-05-01T12:00:00+02:00"),
    event("spelled", count="6", event_ts=1777629600000),
    # nothing but their content tells these apart
    *(event("tied", count=number, received_ts=EARLY) for number in (7, 8, 9)),
    *(event("tied undated", count=number, live_id=f"L{number}") for number in (7, 8)),
    *(event(f"at once {n}", event_ts="2026-05-01T10:00:00.000001Z") for n in range(4)),
    event("unknown", "poll_vote", payload={"option": "b"}),
    event("hostile", "'; drop table raw.events; --", payload={}),
    event("extra", new_field=[1, {"deep": None}], payload={"count": 1, "odd": "x"}),
    event("number", viewer_id=7516550777377246123, live_id="L2"),
    '{"broken": ',
    "no json",
    event("no type", event_type=""),
    event("bad count", count="many"),
    event("bad time", event_ts="2026-02-30T00:00:00Z"),
    "",
)
MESSAGES = (
    message(1, "7"),
    message(2, "7"),
    message(2, "8"),
    message(3, "8", content="again?"),
    message(3, "8"),
    json.dumps({"event": "chat", "room_id": "9", "received_at": LATER, "data": {"comment": "a"}}),
    json.dumps({"event": "chat", "room_id": "9", "received_at": EARLY, "data": {"comment": "b"}}),
    json.dumps({"method": "WebcastUnknownThing", "room_id": "9", "data": {"common": {}}}),
    "no json",
)
CREATORS = (
    {"creator_id": "C1", "market": "GB", "valid_from": None},
    {"creator_id": "C1", "market": "DE", "valid_from": "2026-04-01"},
    {"creator_id": "C1", "market": "FR", "valid_from": "2026-04-01"},
    {"creator_id": "C2", "market": "US", "valid_from": "2026-05-02"},
    {"creator_id": "C2", "market": "US", "category": "a;b'c", "valid_from": "2026-05-02"},
    {"creator_id": "", "market": "US"},
)
RATES = (
    {"currency": "EUR", "rate_date": "2026-05-01", "usd_per_unit": "1.10"},
    {"currency": "EUR", "rate_date": "2026-05-01", "usd_per_unit": "1.11"},
    {"currency": "EUR", "rate_date": "2026-05-02", "usd_per_unit": "1.12"},
    {"currency": "GBP", "rate_date": "2026-05-02", "usd_per_unit": "minus one"},
)
LINES = {
    "events": EVENTS,
    "webcast": MESSAGES,
    "reference/creators": tuple(json.dumps(row) for row in CREATORS),
    "reference/currency_rates": tuple(json.dumps(row) for row in RATES),
}
# It would win over every copy, and has an event of its own: but it is taken back for good.
STRANGER = Parcel(
    "events/stranger",
    (event("received", count=96, received_ts="2026-05-01T10:00:00Z"), event("strange")),
    fate="stranger",
)


def parcels_of(rng: random.Random) -> list[Parcel]:
    """Every line in files, over one to four nights, beside a file that is taken back for good."""
    nights = rng.choice((1, 1, 2, 2, 3, 4))
    parcels = [replace(STRANGER, night=rng.randint(1, nights))]
    for family, lines in LINES.items():
        found = in_parcels(rng, family, lines, rng.randint(1, 4), nights)
        if family.startswith("reference"):
            # reference tables come as plain text, and are read whole or not at all
            found = [replace(parcel, packing="jsonl") for parcel in found]
        parcels += found
    rng.shuffle(parcels)
    return parcels


def winners(home: Home) -> dict[str, tuple[int, int]]:
    """What raw holds of every event and every row of reference, whatever file it came in."""
    file = home.warehouse
    with duckdb.connect(str(file), read_only=True) as reader:
        tables = reader.execute("select table_name from duckdb_tables() where schema_name = 'raw'")
        without = FILES | {f"raw.{table}.file_id" for (table,) in tables.fetchall()}
    return content_hashes(file, ["raw"], without, distinct=True)


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as reader:
        return reader.execute(query).fetchall()


def in_one_night(folder: Path) -> Home:
    home = Home(folder / "home")
    for family, lines in LINES.items():
        write(folder / "landing", Parcel(f"{family}/all", lines))
    load(home, folder / "landing", SETTINGS, NOW, set(), frozenset())
    return home


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return in_one_night(tmp_path_factory.mktemp("whole"))


def test_of_copies_the_one_received_first_counts(whole: Home) -> None:
    got = dict(rows(whole.warehouse, "select event_id, count from raw.events"))
    assert {event_id: got[event_id] for event_id in WINNERS} == WINNERS
    assert got.keys() - WINNERS.keys() == {
        *("tied", "tied undated", "unknown", "hostile", "extra", "number"),
        *(f"at once {number}" for number in range(4)),
    }
    assert rows(
        whole.warehouse, "select event_ts from raw.events where event_id = 'corrected'"
    ) == [(datetime(2026, 5, 1, 9),)]


@settings(
    max_examples=ORDERS,
    deadline=None,
    # a home takes a second: the first order that fails is told as it is
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize=ORDERS == 25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rng=st.randoms(use_true_random=False))
def test_raw_is_the_same_in_any_order(whole: Home, rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"))
        parcels = parcels_of(rng)
        deliver(home, Path(folder, "landing"), parcels, SETTINGS, NOW)
        assert winners(home) == winners(whole)
        assert rows(
            home.warehouse,
            "select path from raw.files"
            " where lines <> accepted + duplicates + rejected + blank + erased",
        ) == []
        assert {state for (state,) in rows(home.warehouse, "select state from raw.files")} <= {
            *("loaded", "replaced", "withdrawn")
        }
