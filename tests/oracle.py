"""The oracle: what a landing folder must come to, worked out line by line in plain Python.

Belongs here: the contract and the LIVE level metrics once more, from the documents alone, slowly
and plainly, so that the warehouse can be judged against it. Nothing here imports the project, and
nothing of the project imports this. Does not belong here: SQL, pandas, speed, hostile data
(`nasty_dumps.py`), hand-typed cases (`test_oracle.py`).

All times are naive `datetime`s in UTC, microseconds; money is `Decimal` in USD; ratios are `float`.
Where the contract leaves a choice, the choice is one comment that starts with `# open:`.
"""

from __future__ import annotations

import bisect
import csv
import hashlib
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import zstandard

EPOCH = datetime(1970, 1, 1)
EARLIEST = datetime(2016, 1, 1)
FUTURE_SLACK = timedelta(hours=24)
SECOND = timedelta(seconds=1)
NOTHING = timedelta(0)
MAX_LINE_BYTES = 1024 * 1024
HOLD_BACK_REJECTS = 10
HOLD_BACK_PERCENT = 1
CENT = Decimal("0.01")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CHANNELS = _words("fyp following inbox search profile short_video share live_event shop ads other")
# The event types by who must be named: L live and creator, C creator, V viewer.
LIVE_TYPES = _words(
    """live_start live_pause live_resume live_end impression room_enter room_leave viewer_count
    comment comment_delete creator_reply like share follow bag_update product_pin product_unpin
    product_impression product_click add_to_cart order order_status promo_start promo_end
    giveaway_entry gift coin_drop battle_start battle_end guest_join guest_leave violation
    moderation_action user_report notification_sent notification_open"""
)
CREATOR_TYPES = _words(
    """unfollow team_join team_leave league_snapshot follower_count live_event_created
    live_event_registration promo_post"""
)
VIEWER_TYPES = _words(
    """impression room_enter room_leave comment like share follow unfollow product_impression
    product_click add_to_cart order order_status giveaway_entry gift coin_drop team_join team_leave
    user_report live_event_registration notification_sent notification_open"""
)
ENTRY_TYPES = frozenset({"impression", "room_enter"})
RUNNING_TYPES = LIVE_TYPES - _words(
    """order order_status violation moderation_action user_report comment_delete creator_reply
    notification_sent notification_open"""
)

# Payload integers and their minimum, by event type.
PAYLOAD_INTEGERS: dict[str, dict[str, int]] = {
    "viewer_count": {"viewers": 0},
    "comment": {"length": 0},
    "like": {"count": 1},
    "bag_update": {"position": 0},
    "order": {"quantity": 1, "amount_minor": 0},
    "promo_start": {"price_minor": 0, "list_price_minor": 0, "spend_minor": 0},
    "promo_end": {"price_minor": 0, "list_price_minor": 0, "spend_minor": 0},
    "gift": {"quantity": 1, "coins": 0, "diamonds": 0},
    "coin_drop": {"coins": 0},
    "battle_end": {"score": 0},
    "league_snapshot": {"rank": 0},
    "follower_count": {"followers": 0},
    "promo_post": {"views": 0},
}
PAYLOAD_IDS: dict[str, tuple[str, ...]] = {
    "live_start": ("live_event_id",),
    "room_enter": ("view_id", "referrer_live_id"),
    "room_leave": ("view_id",),
    "comment_delete": ("comment_event_id",),
    "creator_reply": ("comment_event_id",),
    "bag_update": ("product_id",),
    "product_pin": ("product_id",),
    "product_unpin": ("product_id",),
    "product_impression": ("product_id",),
    "product_click": ("product_id",),
    "add_to_cart": ("product_id", "sku_id"),
    "order": ("order_id", "sku_id", "product_id"),
    "order_status": ("order_id", "sku_id"),
    "promo_start": ("promo_id", "product_id"),
    "promo_end": ("promo_id", "product_id"),
    "giveaway_entry": ("promo_id",),
    "gift": ("gift_id",),
    "battle_start": ("battle_id",),
    "battle_end": ("battle_id",),
    "guest_join": ("guest_id",),
    "guest_leave": ("guest_id",),
    "violation": ("violation_id",),
    "moderation_action": ("target_viewer_id",),
    "live_event_created": ("live_event_id",),
    "live_event_registration": ("live_event_id",),
    "promo_post": ("video_id",),
}
PAYLOAD_BOOLEANS: dict[str, tuple[str, ...]] = {
    "impression": ("is_paid",),
    "room_enter": ("is_paid",),
    "comment": ("is_question",),
}
PAYLOAD_WORDS: dict[str, tuple[str, ...]] = {
    "live_start": ("title", "category", "device", "language", "sponsor"),
    "live_end": ("reason",),
    "comment": ("source",),
    "share": ("target",),
    "follow": ("source",),
    "bag_update": ("action",),
    "product_impression": ("surface",),
    "product_click": ("surface",),
    "order": ("currency", "sales_model"),
    "order_status": ("status",),
    "promo_start": ("kind", "currency", "task"),
    "promo_end": ("kind", "currency", "task"),
    "gift": ("coin_source",),
    "battle_start": ("side",),
    "battle_end": ("side", "result"),
    "violation": ("violation_type", "policy", "severity", "action"),
    "moderation_action": ("action",),
    "user_report": ("reason",),
    "league_snapshot": ("league",),
    "notification_sent": ("kind",),
    "notification_open": ("kind",),
}

# ISO 4217: currencies whose minor unit is not the hundredth.
MINOR_DIGITS = {
    **dict.fromkeys(
        _words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"), 0
    ),
    **dict.fromkeys(_words("BHD IQD JOD KWD LYD OMR TND"), 3),
    **dict.fromkeys(_words("CLF UYW"), 4),
}

ISO_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)",
    re.ASCII,
)
DIGITS = re.compile(r"-?\d+", re.ASCII)


@dataclass(frozen=True)
class Inexact:
    """A JSON number with a fraction or an exponent, or NaN: its digits as text, never a float."""

    text: str


@dataclass(frozen=True)
class Event:
    """One accepted line, typed. `payload` holds only the fields that the contract types."""

    event_id: str
    event_type: str
    ts: datetime
    received: datetime | None
    live_id: str | None
    creator_id: str | None
    viewer_id: str | None
    market: str | None
    channel: str | None
    is_follower: bool | None
    payload: tuple[tuple[str, Any], ...]

    def get(self, name: str) -> Any:
        """The value of a payload field, None where it is absent."""
        return dict(self.payload).get(name)


@dataclass(frozen=True)
class Reject:
    """One rejected line; `line` counts from 1."""

    path: str
    line: int
    reason: str


@dataclass
class FileReport:
    """What became of one file; `same_as` names the earlier file with the same bytes."""

    path: str
    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0
    erased: int = 0
    unmodelled: int = 0
    truncated: bool = False
    same_as: str | None = None

    @property
    def is_held_back(self) -> bool:
        """Truncated, or at least 10 rejected lines and more than 1 % of all its lines."""
        many = self.rejected >= HOLD_BACK_REJECTS
        return self.truncated or (many and self.rejected * 100 > self.lines * HOLD_BACK_PERCENT)

    @property
    def is_balanced(self) -> bool:
        """Every line ends in exactly one outcome."""
        outcomes = self.accepted + self.duplicates + self.rejected + self.blank + self.erased
        return self.lines == outcomes


@dataclass
class Events:
    """The landing folder, read: the copies that count, and what became of every line.

    `undecided` names the event_ids whose best copies differ but share one `received_ts`: the
    contract settles those by a hash that only the warehouse knows, so nothing may be expected of
    them.
    """

    accepted: list[Event] = field(default_factory=list)
    files: list[FileReport] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    undecided: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Reference:
    """Look-ups: per currency, (rate_date, usd_per_unit) in date order."""

    rates: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)

    def usd_per_unit(self, currency: str, day: date) -> Decimal | None:
        """The latest rate dated at or before `day`; USD is 1; None where there is no such rate."""
        if currency == "USD":
            return Decimal(1)
        # open: an order older than its currency's first rate has no rate (NULL), not the first one.
        known = [rate for rate_date, rate in self.rates.get(currency, ()) if rate_date <= day]
        return known[-1] if known else None


@dataclass(frozen=True)
class Room:
    """One LIVE's frame in time. `pauses` are disjoint, ordered and inside [start, end]."""

    start: datetime
    end: datetime
    is_start_inferred: bool
    is_end_inferred: bool
    pauses: tuple[tuple[datetime, datetime], ...]

    def holds(self, ts: datetime) -> bool:
        """In-LIVE: both ends belong to the LIVE."""
        return self.start <= ts <= self.end

    def active(self, start: datetime, end: datetime) -> timedelta:
        """The time of [start, end] outside the pauses."""
        paused = sum(
            (max(NOTHING, min(end, b) - max(start, a)) for a, b in self.pauses), start=NOTHING
        )
        return end - start - paused


@dataclass(frozen=True)
class View:
    """One room_enter inside its LIVE; `watched` is its length without the pauses."""

    live_id: str
    viewer_id: str
    event_id: str
    start: datetime
    end: datetime
    is_end_inferred: bool
    channel: str
    is_follower: bool
    watched: timedelta


# ---- lines -------------------------------------------------------------------------------------


class _BadLineError(Exception):
    """A line that breaks the contract; the message is the reason."""


def read_line(raw: bytes, now: datetime) -> Event | str | None:
    """One line without its newline: an Event, the reason of its rejection, or None where blank.

    `now` is aware, or naive and in UTC; it only serves the bound of the future.
    """
    # open: blank is empty or ASCII whitespace only.
    if not raw.strip():
        return None
    try:
        return _typed(raw, now)
    except _BadLineError as bad:
        return str(bad)


def _typed(raw: bytes, now: datetime) -> Event:
    # open: the 1 MiB are bytes of the decompressed line without its newline.
    if len(raw) > MAX_LINE_BYTES:
        raise _BadLineError("malformed_json")
    try:
        # open: of a key given twice in one object the last one counts (json's habit).
        line = json.loads(raw.decode("utf-8"), parse_float=Inexact, parse_constant=Inexact)
    except (ValueError, RecursionError) as error:
        raise _BadLineError("malformed_json") from error
    if not isinstance(line, dict):
        raise _BadLineError("malformed_json")

    # open: of several flaws the first counts, in the order of the envelope table, then the payload.
    event_id = _id(line, "event_id", required=True)
    assert event_id is not None
    # open: an event_id of more than 64 characters is bad_event_id.
    if len(event_id) > 64:
        raise _BadLineError("bad_event_id")
    event_type = _required(line, "event_type")
    # open: an event_type that is no string is bad_event_type; letters in capitals are another type.
    if not isinstance(event_type, str):
        raise _BadLineError("bad_event_type")
    ts = _bounded(_required(line, "event_ts"), now)
    if ts is None:
        raise _BadLineError("bad_event_ts")
    received = None
    if line.get("received_ts") not in (None, ""):
        received = _bounded(line["received_ts"], now)
        # open: a received_ts that does not parse or is out of bounds rejects: bad_received_ts.
        if received is None:
            raise _BadLineError("bad_received_ts")
    is_live = event_type in LIVE_TYPES
    # open: an id that is present is typed on every event, also where its type does not require it.
    live_id = _id(line, "live_id", required=is_live)
    creator_id = _id(line, "creator_id", required=is_live or event_type in CREATOR_TYPES)
    viewer_id = _id(line, "viewer_id", required=event_type in VIEWER_TYPES)
    channel, is_follower = None, None
    if event_type in ENTRY_TYPES:
        channel = _required(line, "channel")
        # open: a channel that is no string is an unknown value too, and `unknown` itself is one.
        channel = channel if isinstance(channel, str) and channel in CHANNELS else "other"
        is_follower = _required(line, "is_follower")
        if not isinstance(is_follower, bool):
            raise _BadLineError("bad_is_follower")
    market = line.get("market")
    # open: the market is not checked against ISO 3166.
    return Event(
        event_id=event_id,
        event_type=event_type,
        ts=ts,
        received=received,
        live_id=live_id,
        creator_id=creator_id,
        viewer_id=viewer_id,
        market=market if isinstance(market, str) and market else None,
        channel=channel,
        is_follower=is_follower,
        payload=_payload(line.get("payload"), event_type),
    )


def _payload(payload: Any, event_type: str) -> tuple[tuple[str, Any], ...]:
    # open: a payload that is neither absent, null nor an object is bad_payload, of any type.
    if payload is None:
        return ()
    if not isinstance(payload, dict):
        raise _BadLineError("bad_payload")
    # open: no payload field is required; null is absent; words from a list (surface, reason ...)
    # and titles are not checked.
    typed: dict[str, Any] = {}
    for name, minimum in PAYLOAD_INTEGERS.get(event_type, {}).items():
        if payload.get(name) is not None:
            typed[name] = _integer(payload[name], name, minimum)
    for name in PAYLOAD_IDS.get(event_type, ()):
        typed[name] = _id(payload, name, required=False)
    for name in PAYLOAD_BOOLEANS.get(event_type, ()):
        if payload.get(name) is not None:
            if not isinstance(payload[name], bool):
                raise _BadLineError(f"bad_{name}")
            typed[name] = payload[name]
    if event_type == "live_event_created" and payload.get("scheduled_ts") not in (None, ""):
        typed["scheduled_ts"] = _instant(payload["scheduled_ts"])
        if typed["scheduled_ts"] is None:
            raise _BadLineError("bad_scheduled_ts")
    for name in PAYLOAD_WORDS.get(event_type, ()):
        if isinstance(payload.get(name), str):
            typed[name] = payload[name]
    return tuple(sorted((n, v) for n, v in typed.items() if v is not None))


def _required(line: Mapping[str, Any], name: str) -> Any:
    value = line.get(name)
    if value is None or value == "":
        raise _BadLineError(f"missing_{name}")
    return value


def _id(holder: Mapping[str, Any], name: str, *, required: bool) -> str | None:
    value = holder.get(name)
    # open: ids are not trimmed: a blank is a character.
    if value is None or value == "":
        if required:
            raise _BadLineError(f"missing_{name}")
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _BadLineError(f"bad_{name}")


def _integer(value: Any, name: str, minimum: int) -> int:
    # open: 1.0 and 1e3 are no integers, neither as a number nor as a string.
    number: int | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and len(value) < 99 and DIGITS.fullmatch(value):
        number = int(value)
    # open: an integer that does not fit 64 bits is bad.
    if number is None or not minimum <= number < 2**63:
        raise _BadLineError(f"bad_{name}")
    return number


def _bounded(value: Any, now: datetime) -> datetime | None:
    ts = _instant(value)
    now = now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now
    return ts if ts is not None and EARLIEST <= ts <= now + FUTURE_SLACK else None


def _instant(value: Any) -> datetime | None:
    # open: epoch milliseconds are whole: a float is bad.
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, int) or (isinstance(value, str) and DIGITS.fullmatch(value)):
            return EPOCH + timedelta(milliseconds=int(value))
        match = ISO_TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return None
        year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
        second, fraction = int(match[6] or 0), match[7] or ""
        # open: digits beyond the microsecond are cut.
        micros = int(fraction[:6].ljust(6, "0"))
        local = datetime(year, month, day, hour, minute, second, micros)
        if match[8]:
            return local
        if int(match[10]) > 23 or int(match[11] or 0) > 59:
            return None
        offset = timedelta(hours=int(match[10]), minutes=int(match[11] or 0))
        return local - offset if match[9] == "+" else local + offset
    except (ValueError, OverflowError):
        return None


# ---- files -------------------------------------------------------------------------------------


def read_landing(landing: Path, now: datetime) -> Events:
    """Everything under `landing`/events: which copy of each event counts, and each line's fate.

    Parquet is not read. A file that is held back gives no event; its own counts come from the
    file alone.
    """
    events = Events()
    known: dict[str, str] = {}
    in_play: list[tuple[Event, FileReport]] = []
    for path, name in _event_files(landing / "events"):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        report = FileReport(name, same_as=known.get(digest))
        events.files.append(report)
        if report.same_as is not None:
            continue
        known[digest] = name
        accepted = _read_file(report, content, now, events.rejects)
        pairs = [(event, report) for event in accepted]
        if report.is_held_back:
            # open: lines of a held-back file neither win nor lose against another file's copies.
            _settle(pairs)
        else:
            in_play.extend(pairs)
    events.accepted, events.undecided = _settle(in_play)
    return events


def _event_files(root: Path) -> Iterator[tuple[Path, str]]:
    """(path, name below root) in the order of the names."""
    # open: only the file's own name hides it, not a folder's; names are ordered as text with `/`.
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    for name in sorted(files):
        last = name.rsplit("/", 1)[-1]
        hidden = last.startswith((".", "_")) or last.endswith((".tmp", ".part"))
        if not hidden and last.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst")):
            yield files[name], name


def _read_file(
    report: FileReport, content: bytes, now: datetime, rejects: list[Reject]
) -> list[Event]:
    text, is_complete = _decompressed(report.path, content)
    report.truncated = not is_complete
    # open: a byte order mark at the beginning of a file is no part of its first line.
    text = text.removeprefix(b"\xef\xbb\xbf")
    lines = text.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    accepted = []
    for number, raw in enumerate(lines, start=1):
        report.lines += 1
        outcome = read_line(raw, now)
        if outcome is None:
            report.blank += 1
        elif isinstance(outcome, str):
            report.rejected += 1
            rejects.append(Reject(report.path, number, outcome))
        else:
            accepted.append(outcome)
    return accepted


def _decompressed(name: str, content: bytes) -> tuple[bytes, bool]:
    """The bytes that can be read, and whether they are all: members and frames may follow."""
    if not name.endswith((".gz", ".zst")):
        return content, True
    out: list[bytes] = []
    rest = content
    # open: a compressed file of no bytes at all is truncated.
    if not rest:
        return b"", False
    while rest:
        reader = (
            zlib.decompressobj(wbits=31)
            if name.endswith(".gz")
            else zstandard.ZstdDecompressor().decompressobj()
        )
        position = 0
        while position < len(rest) and not reader.eof:
            try:
                out.append(reader.decompress(rest[position : position + 4096]))
            except (zlib.error, zstandard.ZstdError):
                return b"".join(out), False
            position += 4096
        if not reader.eof:
            return b"".join(out), False
        rest = reader.unused_data + rest[position:]
    return b"".join(out), True


def _settle(pairs: list[tuple[Event, FileReport]]) -> tuple[list[Event], set[str]]:
    """Of every event_id the copy that counts; counts accepted and duplicates in the reports."""
    copies: dict[str, list[tuple[Event, FileReport]]] = defaultdict(list)
    for pair in pairs:
        copies[pair[0].event_id].append(pair)
    winners, undecided = [], set()
    for event_id, rivals in copies.items():
        earliest = min((e.received or datetime.max for e, _ in rivals))
        best = [pair for pair in rivals if (pair[0].received or datetime.max) == earliest]
        if len({event for event, _ in best}) > 1:
            undecided.add(event_id)
        winner, report = min(best, key=lambda pair: repr(pair[0]))
        report.accepted += 1
        report.unmodelled += winner.event_type not in LIVE_TYPES | CREATOR_TYPES
        winners.append(winner)
        for _, other in rivals:
            other.duplicates += 1
        report.duplicates -= 1
    return winners, undecided


def read_reference(landing: Path) -> Reference:
    """The currency rates under `landing`/reference/currency_rates: csv and jsonl files."""
    rows: list[Mapping[str, Any]] = []
    folder = landing / "reference" / "currency_rates"
    for path in sorted(folder.rglob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as lines:
            rows.extend(csv.DictReader(lines))
    for path in sorted(folder.rglob("*.jsonl")):
        text = path.read_text(encoding="utf-8")
        rows.extend(json.loads(line, parse_float=str) for line in text.split("\n") if line.strip())
    return reference_of((r["currency"], r["rate_date"], r["usd_per_unit"]) for r in rows)


def reference_of(rates: Iterable[tuple[str, str, Any]]) -> Reference:
    """A Reference from (currency, rate_date as ISO, usd_per_unit) rows."""
    by_currency: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for currency, rate_date, usd_per_unit in rates:
        rate = (date.fromisoformat(str(rate_date)), Decimal(str(usd_per_unit)))
        by_currency[currency].append(rate)
    return Reference({currency: tuple(sorted(rows)) for currency, rows in by_currency.items()})


def events_of(accepted: Iterable[Mapping[str, Any]], now: datetime) -> Events:
    """Events from dicts, as if they were the lines of one file; a bad one raises ValueError."""
    report = FileReport("typed by hand")
    pairs = []
    for line in accepted:
        outcome = read_line(json.dumps(line).encode(), now)
        if not isinstance(outcome, Event):
            raise ValueError(f"{outcome}: {line}")
        pairs.append((outcome, report))
    winners, undecided = _settle(pairs)
    return Events(accepted=winners, files=[report], undecided=undecided)


# ---- LIVEs and views ---------------------------------------------------------------------------


def rooms(events: Events) -> dict[str, Room]:
    """Every LIVE by its live_id: at least one event of a type that only a running room has."""
    running: dict[str, list[Event]] = defaultdict(list)
    for event in events.accepted:
        if event.event_type in RUNNING_TYPES and event.live_id is not None:
            running[event.live_id].append(event)
    return {live_id: _room(of_live) for live_id, of_live in running.items()}


def _room(running: list[Event]) -> Room:
    times = [event.ts for event in running]
    starts = [event.ts for event in running if event.event_type == "live_start"]
    ends = [event.ts for event in running if event.event_type == "live_end"]
    start = min(starts) if starts else min(times)
    end = min(ends) if ends else max(times)
    # open: an earliest live_end before the earliest live_start gives a LIVE of no length.
    end = max(start, end)
    resumes = sorted(event.ts for event in running if event.event_type == "live_resume")
    paused = []
    for event in running:
        if event.event_type == "live_pause":
            # open: a resume at the very instant of a pause ends it.
            following = [ts for ts in resumes if ts >= event.ts]
            paused.append((event.ts, following[0] if following else end))
    return Room(start, end, not starts, not ends, _merged(paused, start, end))


def _merged(
    spans: list[tuple[datetime, datetime]], start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """The union of spans inside [start, end], as disjoint spans in order."""
    union: list[tuple[datetime, datetime]] = []
    for a, b in sorted(spans):
        low, high = max(a, start), min(b, end)
        if low >= high:
            continue
        if union and low <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], high))
        else:
            union.append((low, high))
    return tuple(union)


def views(events: Events) -> list[View]:
    """Every view: one room_enter at start <= ts <= end of its LIVE, in order of live and time."""
    enters: dict[tuple[str, str], list[Event]] = defaultdict(list)
    leaves: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events.accepted:
        if event.event_type in ("room_enter", "room_leave"):
            visits = enters if event.event_type == "room_enter" else leaves
            visits[_who(event)].append(event)
    frame = rooms(events)
    found = []
    for (live_id, viewer_id), entries in enters.items():
        # open: enters of one viewer at one instant follow each other by event_id.
        entries.sort(key=lambda event: (event.ts, event.event_id))
        for place, enter in enumerate(entries):
            room = frame[live_id]
            # open: an enter before the LIVE's start or after its end is no view at all (counts are
            # in-LIVE), even if its leave lies inside; acts after it then belong to no view.
            if not room.holds(enter.ts):
                continue
            limit = room.end
            if place + 1 < len(entries):
                limit = min(limit, entries[place + 1].ts)
            leave = _own_leave(enter, leaves[live_id, viewer_id])
            # open: a leave at the instant of the next enter or of the LIVE's end is the end.
            is_own = leave is not None and leave <= limit
            end = leave if leave is not None and is_own else limit
            assert enter.channel is not None and enter.is_follower is not None
            found.append(
                View(
                    live_id=live_id,
                    viewer_id=viewer_id,
                    event_id=enter.event_id,
                    start=enter.ts,
                    end=end,
                    is_end_inferred=not is_own,
                    channel=enter.channel,
                    is_follower=enter.is_follower,
                    watched=room.active(enter.ts, end),
                )
            )
    return sorted(found, key=lambda view: (view.live_id, view.start, view.event_id))


def _own_leave(enter: Event, leaves: list[Event]) -> datetime | None:
    """When the enter's own leave happened; `leaves` are that viewer's in that LIVE."""
    # open: another viewer's leave with the same view_id is not this view's leave.
    view_id = enter.get("view_id")
    # open: an enter with a view_id is only left by that view_id, never by a leave without one; an
    # enter without one is left by the viewer's next leave, whatever view_id that leave carries.
    # open: a leave is not used up: one at the instant of an enter without view_id ends that enter
    # too, even if it already ended the former view.
    own = [
        leave.ts
        for leave in leaves
        if leave.ts >= enter.ts and (view_id is None or leave.get("view_id") == view_id)
    ]
    return min(own) if own else None


def _who(event: Event) -> tuple[str, str]:
    assert event.live_id is not None and event.viewer_id is not None
    return event.live_id, event.viewer_id


def _peak(spans: list[View]) -> int:
    """The most views open at once, each on [start, end); a pause does not close a view."""
    # open: a view's seat stays taken during a pause.
    steps = [(view.start, 1) for view in spans if view.start < view.end]
    steps += [(view.end, -1) for view in spans if view.start < view.end]
    peak = seats = 0
    # Sorted so that at one instant seats are freed (-1) before they are taken (+1).
    for _, change in sorted(steps):
        seats += change
        peak = max(peak, seats)
    return peak


# ---- money -------------------------------------------------------------------------------------


def order_lines(events: Events) -> list[Event]:
    """The event that counts of every order line (order_id, sku_id): the earliest, then event_id."""
    # open: an order line is one over all LIVEs: a repetition in another LIVE is a conflict too.
    # open: an order event without order_id or sku_id is no order line.
    best: dict[tuple[str, str], Event] = {}
    for event in events.accepted:
        order_id, sku_id = event.get("order_id"), event.get("sku_id")
        if event.event_type != "order" or order_id is None or sku_id is None:
            continue
        former = best.get((order_id, sku_id))
        if former is None or (event.ts, event.event_id) < (former.ts, former.event_id):
            best[order_id, sku_id] = event
    return list(best.values())


def usd(line: Event, reference: Reference) -> Decimal | None:
    """An order line's amount in USD, to the cent; None without a rate, amount or currency."""
    currency, amount = line.get("currency"), line.get("amount_minor")
    # open: amount_minor is the line's total, not the price of one piece.
    if not isinstance(currency, str) or amount is None:
        return None
    rate = reference.usd_per_unit(currency, line.ts.date())
    if rate is None:
        return None
    units = Decimal(amount).scaleb(-MINOR_DIGITS.get(currency, 2))
    # open: each line is rounded to the cent, halves away from zero.
    return (units * rate).quantize(CENT, rounding=ROUND_HALF_UP)


def _sum_usd(lines: Iterable[Event], reference: Reference) -> Decimal | None:
    """The sum over lines; 0 where there is none."""
    # open: one line without a rate makes the whole sum NULL.
    total = Decimal("0.00")
    for line in lines:
        money = usd(line, reference)
        if money is None:
            return None
        total += money
    return total


# ---- LIVE sessions -----------------------------------------------------------------------------


def live_sessions(events: Events, reference: Reference) -> dict[str, dict[str, Any]]:
    """Per live_id the metrics of one LIVE, by the names of the metric catalogue.

    Counts are in-LIVE unless they end in `_post_live`; seconds and ratios are floats, a ratio is
    None where its denominator is 0 or its money is unknown.
    """
    by_live: dict[str, list[Event]] = defaultdict(list)
    for event in events.accepted:
        if event.live_id is not None and event.event_type in LIVE_TYPES:
            by_live[event.live_id].append(event)
    views_of: dict[str, list[View]] = defaultdict(list)
    for view in views(events):
        views_of[view.live_id].append(view)
    lines_of: dict[str, list[Event]] = defaultdict(list)
    for line in order_lines(events):
        assert line.live_id is not None
        lines_of[line.live_id].append(line)
    return {
        live_id: _session(room, by_live[live_id], views_of[live_id], lines_of[live_id], reference)
        for live_id, room in rooms(events).items()
    }


def _session(
    room: Room, of_live: list[Event], seen: list[View], lines: list[Event], reference: Reference
) -> dict[str, Any]:
    inside: dict[str, list[Event]] = defaultdict(list)
    after: dict[str, list[Event]] = defaultdict(list)
    for event in of_live:
        if room.holds(event.ts):
            inside[event.event_type].append(event)
        elif event.ts > room.end:
            after[event.event_type].append(event)
    inside_lines = [line for line in lines if room.holds(line.ts)]
    after_lines = [line for line in lines if line.ts > room.end]

    duration = room.active(room.start, room.end)
    watched = sum((view.watched for view in seen), start=NOTHING)
    viewers = {view.viewer_id for view in seen}
    hours = Fraction(duration // timedelta(microseconds=1), 3_600_000_000)
    impressions = len(inside["impression"])
    comments = len(inside["comment"])
    follows = len(inside["follow"])
    shares = len(inside["share"])
    # open: a like without a count, a gift without diamonds or coins add nothing.
    likes = _total(inside["like"], "count")
    clicks = len(inside["product_click"])
    gmv = _sum_usd(inside_lines, reference)
    acts = ("comment", "like", "share", "follow", "gift", "product_click")
    engaged = {event.viewer_id for name in acts for event in inside[name]}
    buyers = {line.viewer_id for line in inside_lines}
    view_at = _ViewFinder(seen)
    # open: a new follower is somebody whose follow does not lie in a view entered as a follower.
    new_followers = {
        event.viewer_id
        for event in inside["follow"]
        if (view := view_at.find(event)) is None or not view.is_follower
    }
    return {
        "live_start_ts": room.start,
        "live_end_ts": room.end,
        "is_start_inferred": room.is_start_inferred,
        "is_end_inferred": room.is_end_inferred,
        "live_duration_sec": duration / SECOND,
        "paused_sec": (room.end - room.start - duration) / SECOND,
        "impressions": impressions,
        "views": len(seen),
        "viewers": len(viewers),
        "effective_views_10s": sum(view.watched >= 10 * SECOND for view in seen),
        "total_watch_sec": watched / SECOND,
        "pcu": _peak(seen),
        "acu": watched / duration if duration else None,
        "comments": comments,
        "new_follows_gross": follows,
        "new_followers_unique": len(new_followers),
        "shares": shares,
        "likes": likes,
        # open: engaged viewers and buyers are only people with a view in this LIVE (any time).
        "engaged_viewers": len((engaged | buyers) & viewers),
        "buyers": len(buyers & viewers),
        "product_impressions": len(inside["product_impression"]),
        "product_clicks": clicks,
        "add_to_carts": len(inside["add_to_cart"]),
        "sku_orders": len(inside_lines),
        "orders": len({line.get("order_id") for line in inside_lines}),
        "units_sold": _total(inside_lines, "quantity"),
        "gmv": gmv,
        "gifts_sent": _total(inside["gift"], "quantity"),
        "coins_spent": _total(inside["gift"], "coins"),
        "diamonds": _total(inside["gift"], "diamonds"),
        "comments_post_live": len(after["comment"]),
        "sku_orders_post_live": len(after_lines),
        "gmv_post_live": _sum_usd(after_lines, reference),
        "err": _ratio(len(seen), impressions),
        "avg_watch_sec_per_viewer": watched / SECOND / len(viewers) if viewers else None,
        "impressions_per_hour": _ratio(impressions, hours),
        "comment_rate": _ratio(comments, len(seen)),
        "follow_rate": _ratio(follows, len(seen)),
        "share_rate": _ratio(shares, len(seen)),
        "like_rate": _ratio(likes, len(seen)),
        "live_ctr": _ratio(clicks, len(seen)),
        "ctor": _ratio(len(inside_lines), clicks),
        "show_gpm": _ratio(None if gmv is None else gmv * 1000, impressions),
        "watch_gpm": _ratio(None if gmv is None else gmv * 1000, len(seen)),
        "gmv_per_hour": _ratio(gmv, hours),
    }


def _total(acts: Iterable[Event], name: str) -> int:
    return sum(act.get(name) or 0 for act in acts)


def _ratio(numerator: int | Decimal | None, denominator: int | Fraction) -> float | None:
    if numerator is None or denominator == 0:
        return None
    return float(Fraction(numerator) / denominator)


class _ViewFinder:
    """Finds the view that an act belongs to, among the views of one LIVE."""

    def __init__(self, seen: Iterable[View]) -> None:
        self._views: dict[str, list[View]] = defaultdict(list)
        for view in sorted(seen, key=lambda view: (view.start, view.event_id)):
            self._views[view.viewer_id].append(view)

    def find(self, act: Event) -> View | None:
        """The viewer's latest view with start <= t <= end."""
        own = self._views.get(act.viewer_id or "", [])
        started = own[: bisect.bisect_right(own, act.ts, key=lambda view: view.start)]
        return next((view for view in reversed(started) if act.ts <= view.end), None)


# ---- funnels -----------------------------------------------------------------------------------


ACT_MEASURES = {
    "comment": "comments",
    "product_click": "product_clicks",
    "follow": "new_follows_gross",
    "share": "shares",
}


def funnel(
    events: Events, reference: Reference
) -> dict[tuple[str, str, str | None], dict[str, Any]]:
    """Per (live_id, channel, audience) the in-LIVE counts; only cells where something happened.

    Audience is `follower` or `non_follower` at entry. Acts that belong to no view are in the cell
    (live_id, `unknown`, None). Distinct orders do not add up over cells.
    """
    frame = rooms(events)
    seen: dict[str, list[View]] = defaultdict(list)
    for view in views(events):
        seen[view.live_id].append(view)
    finders = {live_id: _ViewFinder(seen[live_id]) for live_id in frame}
    cells: dict[tuple[str, str, str | None], dict[str, Any]] = defaultdict(
        lambda: {
            "impressions": 0,
            "views": 0,
            "comments": 0,
            "product_clicks": 0,
            "sku_orders": 0,
            "orders": 0,
            "gmv": Decimal("0.00"),
            "new_follows_gross": 0,
            "shares": 0,
            "likes": 0,
        }
    )

    def cell_of(act: Event) -> tuple[str, str, str | None]:
        assert act.live_id is not None
        view = finders[act.live_id].find(act)
        if view is None:
            return act.live_id, "unknown", None
        return act.live_id, view.channel, _audience(view.is_follower)

    for of_live in seen.values():
        for view in of_live:
            cells[view.live_id, view.channel, _audience(view.is_follower)]["views"] += 1
    for event in events.accepted:
        room = frame.get(event.live_id or "")
        if room is None or event.live_id is None or not room.holds(event.ts):
            continue
        if event.event_type == "impression":
            assert event.channel is not None and event.is_follower is not None
            cell = (event.live_id, event.channel, _audience(event.is_follower))
            cells[cell]["impressions"] += 1
        elif event.event_type in ACT_MEASURES:
            cells[cell_of(event)][ACT_MEASURES[event.event_type]] += 1
        elif event.event_type == "like":
            cells[cell_of(event)]["likes"] += event.get("count") or 0
    lines: dict[tuple[str, str, str | None], list[Event]] = defaultdict(list)
    for line in order_lines(events):
        room = frame.get(line.live_id or "")
        if room is not None and room.holds(line.ts):
            lines[cell_of(line)].append(line)
    for key, of_cell in lines.items():
        cells[key]["sku_orders"] = len(of_cell)
        cells[key]["orders"] = len({line.get("order_id") for line in of_cell})
        cells[key]["gmv"] = _sum_usd(of_cell, reference)
    return dict(cells)


def _audience(is_follower: bool) -> str:
    return "follower" if is_follower else "non_follower"
