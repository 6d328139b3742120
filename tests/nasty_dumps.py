"""Hostile dumps: small landing folders that keep the contract's letter and test its every sentence.

Belongs here: one seeded generator of dumps where everything that can be odd is odd, and yet every
outcome is decided by the contract. Left out on purpose is what the contract leaves open (the
`# open:` lines of `oracle.py`), unless a product must choose anyway. Does not belong here: expected
numbers (`oracle.py` works them out) and plausible traffic (the simulator makes that).
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import zstandard

HELD_BACK = "m/too_many_rejects.jsonl"
TRUNCATED = ("m/cut.jsonl.gz", "m/cut.jsonl.zst")
SAME_BYTES = "z/same_bytes.jsonl"
SAME_LINES = "z/unpacked.jsonl"
ONE_PERCENT = "m/one_percent_exactly.jsonl"
ALL_BAD = "m/nine_bad_lines.jsonl"
GHOST_LIVES = ("live-ghost", "live-held-back", "live-cut-zst", "live-losing-copy", "live-ignored")

ROOMY_FILES = (
    "2025-03-02/part-0.jsonl",
    "2025-03-02/part-1.jsonl",
    "a/bom.jsonl",
    "a/crlf.jsonl",
    "a/no_newline.jsonl",
    "a/packed.jsonl.gz",
    "a/plain.jsonl",
    "b/c/d/deep.jsonl",
    "b/c/d/deep.jsonl.zst",
    "b/two_frames.jsonl.zst",
    "b/two_members.jsonl.gz",
    "late.jsonl.gz",
)
MINUTE = 60_000_000
DAY_ONE = datetime(2025, 3, 2, tzinfo=UTC)
CHANNELS = (
    *("fyp", "fyp", "fyp", "following", "inbox", "search", "profile", "short_video", "share"),
    *("live_event", "shop", "ads", "other", "unknown", "radio", "carrier_pigeon"),
)
RATES = (
    ("EUR", "2025-03-04", "1.08317"),
    ("EUR", "2025-03-10", "1.09241"),
    ("EUR", "2025-03-15", "1.07893"),
    ("JPY", "2025-02-20", "0.0066713"),
    ("JPY", "2025-03-12", "0.0067129"),
    ("KRW", "2025-01-01", "0.00068911"),
    ("VND", "2025-01-01", "0.000039217"),
    ("KWD", "2025-01-01", "3.24717"),
    ("GBP", "2024-12-31", "1.25139"),
)
INTEGERS = ("count", "quantity", "amount_minor", "coins", "diamonds", "viewers", "length")
IDS = ("event_id", "live_id", "creator_id", "viewer_id", "view_id", "order_id", "sku_id")
TITLES = (
    "Late night",
    "日本語 🎉",
    "line\u2028separator",
    "next\u0085line",
    'quo"te\\',
    "tab\there",
)


@dataclass(frozen=True)
class _Line:
    """One event before it is spelled; times in microseconds since the epoch."""

    event_id: str
    event_type: str
    ts: int
    received: int | None
    live_id: str | None = None
    creator_id: str | None = None
    viewer_id: str | None = None
    entry: tuple[str, bool] | None = None
    market: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class _Live:
    """The plan of one LIVE; what its dump shows of it may differ."""

    live_id: str | None
    creator_id: str
    kind: str
    start: int
    end: int
    currencies: tuple[str, ...] = ("USD",)


# kind, minutes, currencies: the first ones are single traps, the rest is traffic with all of them.
KINDS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("nobody", 30, ("USD",)),
    ("only_start", 0, ("USD",)),
    ("no_start_no_end", 40, ("USD",)),
    ("no_start", 50, ("USD",)),
    ("no_end", 50, ("USD", "EUR")),
    ("midnight", 90, ("EUR", "USD")),
    ("pause_without_resume", 60, ("USD",)),
    ("nested_pauses", 70, ("USD",)),
    ("resume_after_end", 45, ("USD",)),
    ("pause_before_start", 45, ("GBP",)),
    ("all_paused", 20, ("USD",)),
    ("zero_length", 0, ("USD",)),
    ("many_starts_and_ends", 60, ("USD",)),
    ("early_birds", 60, ("USD",)),
    ("yen", 60, ("JPY",)),
    ("won_and_dong", 60, ("KRW", "VND")),
    ("dinar", 60, ("KWD",)),
    ("no_rate", 60, ("ARS", "USD")),
    ("before_first_rate", 60, ("EUR",)),
    ("no_impressions", 60, ("USD",)),
    ("only_impressions", 60, ("USD",)),
    *(("traffic", 35.0 + 3 * n, ("USD", "EUR", "JPY")) for n in range(19)),
)


def write_nasty(landing: Path, seed: int) -> None:
    """Writes one hostile dump under `landing` (events/ and reference/): the same for one seed."""
    rng = random.Random(seed)
    crowd = _Crowd(rng)
    for place, (kind, minutes, currencies) in enumerate(KINDS):
        crowd.play(_plan(rng, place, kind, minutes, currencies))
    crowd.play_ghosts()
    _write_files(landing / "events", crowd, rng)
    rates = landing / "reference" / "currency_rates"
    rates.mkdir(parents=True, exist_ok=True)
    rows = list(RATES)
    rng.shuffle(rows)
    text = "".join(
        f"{','.join(row)}\n" for row in [("currency", "rate_date", "usd_per_unit"), *rows]
    )
    (rates / "rates.csv").write_text(text, encoding="utf-8")


def _plan(
    rng: random.Random, place: int, kind: str, minutes: float, currencies: tuple[str, ...]
) -> _Live:
    day = {"before_first_rate": 0, "midnight": 12, "traffic": 4 + place % 14}.get(kind, 4 + place)
    start = DAY_ONE + timedelta(days=day, seconds=rng.randrange(6 * 3600, 20 * 3600))
    if kind == "midnight":
        start = start.replace(hour=23, minute=rng.randrange(20, 50))
    start_us = _micros(start) + rng.choice((0, 0, 123_000, 123_456))
    # Ids beyond 2**53, neighbours of each other: a double would merge them.
    is_number = place % 3 == 0
    live_id = str(7_301_234_567_890_123_456 + place) if is_number else f"live-{place:02d}"
    creator_id = str(6_912_345_678_901_234_560 + place % 4) if place % 2 else f"c{place % 5}"
    end_us = start_us + int(minutes * MINUTE)
    return _Live(live_id, creator_id, kind, start_us, end_us, currencies)


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


class _Crowd:
    """Plays LIVEs into `lines`: what happened, every event once."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: list[_Line] = []
        self.viewers = [f"v{n}" for n in range(60)]
        self.viewers += [str(7_212_345_678_901_234_560 + n) for n in range(30)]
        self.viewers += ["víewer-ü", "用户-1", "v 1", "NULL", "nan", "007"]

    def add(
        self,
        live: _Live | None,
        event_type: str,
        ts: int,
        viewer_id: str | None = None,
        entry: tuple[str, bool] | None = None,
        **payload: Any,
    ) -> _Line:
        rng, number = self.rng, len(self.lines)
        lag = rng.choice((rng.randrange(3000), rng.randrange(3000), rng.randrange(-500, 9_000_000)))
        line = _Line(
            event_id=str(9_000_000_000_000_000_000 + number) if number % 5 == 0 else f"e{number}",
            event_type=event_type,
            ts=ts,
            received=None if rng.random() < 0.06 else ts // 1000 * 1000 + lag * 1000,
            live_id=live.live_id if live else None,
            creator_id=live.creator_id if live else None,
            viewer_id=viewer_id,
            entry=entry,
            market=rng.choice(("US", "GB", "JP", None, None)),
            payload=payload,
        )
        self.lines.append(line)
        return line

    def play(self, live: _Live) -> None:
        rng, kind = self.rng, live.kind
        self._frame(live)
        if kind in ("nobody", "only_start"):
            return
        guests = rng.sample(self.viewers, 6 if kind == "zero_length" else rng.randint(13, 20))
        for viewer_id in guests:
            if kind != "no_impressions":
                for _ in range(rng.randint(0, 7)):
                    entry = (rng.choice(CHANNELS), rng.random() < 0.4)
                    self.add(live, "impression", self._moment(live), viewer_id, entry)
            edges: list[int] = []
            # Every fourth guest has no view: acts that belong to no view.
            if kind != "only_impressions" and rng.random() < 0.75:
                edges = self._visits(live, viewer_id)
            if kind != "only_impressions":
                for _ in range(rng.randint(0, 9)):
                    self._act(live, viewer_id, edges)
        self._sideshow(live)
        self._stage(live)

    def play_ghosts(self) -> None:
        """A live_id without a running room, a team member who joined and orders of another day."""
        rng = self.rng
        ghost = _Live("live-ghost", "c1", "ghost", _micros(DAY_ONE), _micros(DAY_ONE))
        for n in range(3):
            self.add(ghost, "notification_sent", ghost.start + n, rng.choice(self.viewers))
        self.add(ghost, "violation", ghost.start, violation_id="x1", severity="low")
        self.add(ghost, "team_join", ghost.start, "v3")

    def _frame(self, live: _Live) -> None:
        rng, kind, start, end = self.rng, live.kind, live.start, live.end
        has_start = kind not in ("no_start", "no_start_no_end")
        has_end = kind not in ("no_end", "no_start_no_end", "only_start")
        if kind == "traffic":
            has_start, has_end = rng.random() < 0.85, rng.random() < 0.8
        if has_start:
            self.add(live, "live_start", start, title=rng.choice(TITLES), device="mobile")
        if has_end:
            self.add(live, "live_end", end, reason="host")
        if kind == "many_starts_and_ends":
            for minute in (3, 20, 50):
                self.add(live, "live_start", start + minute * MINUTE, title="again")
                self.add(live, "live_end", end + minute * MINUTE, reason="again")
        pauses: dict[str, tuple[tuple[str, float], ...]] = {
            "pause_without_resume": (("p", 10), ("r", 20), ("p", 40)),
            "nested_pauses": (
                *(("r", 2), ("p", 10), ("p", 15), ("r", 20), ("r", 25), ("p", 30), ("p", 30)),
                *(("r", 33), ("p", 50), ("r", 51), ("p", 51.5), ("r", 52)),
            ),
            "resume_after_end": (("p", 30), ("r", 60)),
            "pause_before_start": (("p", -5), ("r", 5), ("p", 20), ("r", 25)),
            "all_paused": (("p", 0),),
            "midnight": (("p", 5), ("r", 60)),
            "no_end": (("p", 10), ("r", 12)),
        }
        steps = list(pauses.get(kind, ()))
        if kind == "traffic":
            moments = sorted(rng.sample(range(1, 34), rng.choice((0, 2, 3, 4))))
            steps = [
                (rng.choice("pr") if n % 3 == 2 else "pr"[n % 2], m) for n, m in enumerate(moments)
            ]
        for word, minutes in steps:
            name = "live_pause" if word == "p" else "live_resume"
            self.add(live, name, start + int(minutes * MINUTE))

    def _moment(self, live: _Live, edges: list[int] | None = None) -> int:
        """Some moment of the LIVE: inside, on its very edges, on a view's edge, or outside."""
        rng, roll = self.rng, self.rng.random()
        if roll < 0.04:
            return live.start
        if roll < 0.08:
            return live.end
        if roll < 0.10 and live.kind not in ("no_start", "no_start_no_end"):
            return live.start - rng.choice((1, 1000, rng.randrange(5 * MINUTE)))
        if roll < 0.14:
            return live.end + rng.choice((1, 1000, rng.randrange(10 * MINUTE)))
        if roll < 0.25 and edges:
            return rng.choice(edges)
        moment = rng.randint(live.start, live.end)
        return moment if rng.random() < 0.15 else moment // 1000 * 1000

    def _visits(self, live: _Live, viewer_id: str) -> list[int]:
        """One viewer's enters and leaves; enters at different instants; returns their times."""
        rng = self.rng
        has_ids = rng.random() < 0.6
        taken: set[int] = set()

        def free(low: int, high: int) -> int:
            while True:
                moment = rng.randint(low, max(low, high))
                if moment not in taken:
                    taken.add(moment)
                    return moment
                high += 1000

        enters = [free(live.start, live.end) for _ in range(rng.choice((1, 1, 2, 3, 4)))]
        if live.kind == "zero_length":
            enters = [live.start]
        elif rng.random() < 0.1 and live.start not in enters:
            enters.append(live.start)
        if rng.random() < 0.1 and live.end not in enters:
            enters.append(live.end)
        if live.kind == "early_birds" and rng.random() < 0.5:
            enters.append(free(live.start - 5 * MINUTE, live.start - 1))
        if rng.random() < 0.06 and live.end + 7 not in enters:
            enters.append(live.end + 7)
        enters.sort()
        taken.update(enters)
        edges = list(enters)
        for place, enter in enumerate(enters):
            following = enters[place + 1] if place + 1 < len(enters) else None
            limit = following or max(enter, live.end)
            number = len(self.lines)
            view_id = str(8_000_000_000_000_000_000 + number) if number % 2 else f"w{number}"
            named: dict[str, Any] = {"view_id": view_id if has_ids else None}
            if not has_ids and rng.random() < 0.5:
                named = {}
            entry = (rng.choice(CHANNELS), rng.random() < 0.4)
            self.add(live, "room_enter", enter, viewer_id, entry, is_paid=False, **named)
            leaves: list[int] = []
            roll = rng.random()
            if roll < 0.2:
                pass
            elif roll < 0.3 and (has_ids or place == 0):
                leaves = [enter]
            elif roll < 0.4 and has_ids and following:
                leaves = [free(following + 1, following + 5 * MINUTE)]
            elif roll < 0.5 and has_ids and following:
                leaves = [following]
            elif roll < 0.55 and not following:
                leaves = [max(enter, live.end)]
            elif roll < 0.6 and not following:
                leaves = [free(live.end + 1, live.end + 3 * MINUTE)]
            else:
                leaves = [free(enter + 1, limit - 1 if limit > enter + 1 else enter + 2)]
                if rng.random() < 0.2:
                    leaves.append(free(leaves[0] + 1, leaves[0] + MINUTE))
            for leave in leaves:
                self.add(live, "room_leave", leave, viewer_id, **named)
                edges.append(leave)
        if has_ids and rng.random() < 0.15:
            stray = free(live.start, live.end)
            self.add(live, "room_leave", stray, viewer_id, view_id=f"stray{stray}")
        if not has_ids and rng.random() < 0.15:
            self.add(live, "room_leave", enters[0] - 1, viewer_id)
        return edges

    def _act(self, live: _Live, viewer_id: str, edges: list[int]) -> None:
        rng = self.rng
        ts = self._moment(live, edges)
        name = rng.choice(
            ("comment",) * 5
            + ("like",) * 5
            + ("product_click",) * 3
            + ("order",) * 2
            + ("share", "follow", "follow", "gift", "gift", "product_impression", "add_to_cart")
        )
        if name == "order":
            self._order(live, viewer_id, ts)
            return
        payloads: dict[str, dict[str, Any]] = {
            "comment": {"length": rng.randint(0, 90), "is_question": rng.random() < 0.2},
            "like": {"count": rng.choice((1, 2, 7, 15, 100))},
            "product_click": {"product_id": f"p{rng.randint(1, 5)}", "surface": "pin"},
            "product_impression": {"product_id": f"p{rng.randint(1, 5)}", "surface": "bag"},
            "add_to_cart": {"product_id": "p1", "sku_id": "s1"},
            "gift": {
                "gift_id": "rose",
                "quantity": rng.choice((1, 1, 3, 99)),
                "coins": rng.choice((0, 1, 30, 29_999)),
                "diamonds": rng.choice((0, 1, 15, 14_999)),
                "coin_source": rng.choice(("purchased", "coin_drop", "promo")),
            },
            "follow": {"source": "organic"},
        }
        self.add(live, name, ts, viewer_id, **payloads.get(name, {}))

    def _order(self, live: _Live, viewer_id: str, ts: int) -> None:
        """One order of up to four lines, some of them repeated later with other numbers."""
        rng, number = self.rng, len(self.lines)
        order_id = str(5_760_000_000_000_000_000 + number) if number % 2 else f"o{number}"
        currency = rng.choice(live.currencies)
        for sku in range(rng.choice((1, 1, 1, 2, 4))):
            line: dict[str, Any] = {
                "order_id": order_id,
                "sku_id": f"s{sku}",
                "product_id": f"p{sku}",
                "quantity": rng.choice((1, 1, 2, 10)),
                "amount_minor": rng.choice((0, 1, 99, 1999, rng.randrange(20_000))),
                "currency": currency,
                "sales_model": rng.choice(("own", "affiliate")),
            }
            at = ts + rng.choice((0, 0, 1000, 40_000))
            self.add(live, "order", at, viewer_id, **line)
            if rng.random() < 0.15:
                repeat: dict[str, Any] = {**line, "amount_minor": 77_777, "quantity": 9}
                self.add(live, "order", at + rng.choice((1, 60_000_000)), viewer_id, **repeat)
            if rng.random() < 0.3:
                status = rng.choice(("paid", "cancelled", "refunded"))
                named: dict[str, Any] = {
                    "order_id": order_id,
                    "sku_id": f"s{sku}",
                    "status": status,
                }
                self.add(live, "order_status", at + 3600_000_000, viewer_id, **named)

    def _sideshow(self, live: _Live) -> None:
        """The other types; the ones that may lie outside a room must not stretch the LIVE."""
        rng, late = self.rng, live.end + 90 * MINUTE
        viewer_id = rng.choice(self.viewers)
        self.add(live, "notification_sent", live.start - 30 * MINUTE, viewer_id, kind="push")
        self.add(live, "notification_open", late, viewer_id, kind="push")
        self.add(live, "user_report", late, viewer_id, reason="spam")
        self.add(live, "comment_delete", late, comment_event_id="e1")
        self.add(live, "creator_reply", late, comment_event_id="e1")
        self.add(live, "violation", late, violation_id=f"x{late}", severity="low")
        self.add(live, "moderation_action", late, action="mute", target_viewer_id=viewer_id)
        self.add(live, "team_join", late, viewer_id)
        self.add(live, "order_status", late, viewer_id, order_id="none", sku_id="s0", status="paid")
        self._order(live, viewer_id, late)
        for name in ("viewer_count", "product_pin", "bag_update", "hologram", "Comment", "LIKE"):
            payload: dict[str, Any] = {"product_id": "p1"}
            if name == "viewer_count":
                payload = {"viewers": 5}
            self.add(live, name, self._moment(live), viewer_id, **payload)
        self.add(live, "hologram", late + MINUTE, viewer_id)
        self.add(replace(live, live_id=None), "follower_count", live.start, followers=10)

    def _stage(self, live: _Live) -> None:
        """Battles over LIVEs, guests, pins, questions, joins: pairs that cross, or lack one."""
        rng = random.Random(live.start)
        names = (
            *("battle_start", "battle_start", "battle_end", "guest_join", "guest_join"),
            *("guest_leave", "product_pin", "product_pin", "product_unpin", "team_join"),
            *("notification_sent", "notification_open", "question"),
        )
        for name in rng.choices(names, k=rng.randint(0, 24)):
            at, viewer_id = rng.randint(live.start, live.end), rng.choice(self.viewers)
            family = name.partition("_")[0]
            payload: dict[str, Any] = {}
            if family == "battle":
                payload = {"battle_id": f"b{rng.randrange(6)}", "side": live.creator_id}
                if name == "battle_end" and rng.random() < 0.7:
                    payload |= {"score": rng.randrange(900), "result": rng.choice(("win", "loss"))}
            elif family == "guest":
                payload = {"guest_id": f"g{rng.randrange(3)}"}
            elif family == "product":
                payload = {"product_id": f"p{rng.randrange(3)}"}
            elif name == "question":
                asked = self.add(
                    live, "comment", at, viewer_id, is_question=True, source="giveaway"
                )
                for answer in rng.sample(("creator_reply", "comment_delete"), rng.randint(0, 2)):
                    self.add(live, answer, at + MINUTE, comment_event_id=asked.event_id)
                continue
            elif family == "notification":
                payload = {"kind": "push"}
                at -= rng.choice((0, 5 * MINUTE, 20 * MINUTE))
            is_of_viewer = family in ("team", "notification")
            self.add(live, name, at, viewer_id if is_of_viewer else None, **payload)


# ---- spelling ----------------------------------------------------------------------------------


def _spell(rng: random.Random, line: _Line, **changes: Any) -> bytes:
    """One of the many allowed spellings of a line; `changes` overwrite envelope fields."""
    event: dict[str, Any] = {
        "event_id": line.event_id,
        "event_type": line.event_type,
        "event_ts": _spell_time(rng, line.ts),
    }
    if line.received is not None:
        event["received_ts"] = _spell_time(rng, line.received)
    elif rng.random() < 0.5:
        event["received_ts"] = None
    for name in ("live_id", "creator_id", "viewer_id"):
        if getattr(line, name) is not None:
            event[name] = getattr(line, name)
        elif rng.random() < 0.2 and name == "viewer_id":
            event[name] = None
    if line.entry:
        event["channel"], event["is_follower"] = line.entry
    if line.market is not None or rng.random() < 0.2:
        event["market"] = line.market
    if line.payload or rng.random() < 0.5:
        payload = dict(line.payload)
        if rng.random() < 0.03:
            payload["new_payload_field"] = rng.choice((1.5, "x", None, [1], {"count": "many"}))
        event["payload"] = payload if payload or rng.random() < 0.5 else None
    if rng.random() < 0.03:
        event["schema_version"] = rng.choice((2, "2", None, [1, 2], {"event_id": "inner"}))
    for holder in (event, event.get("payload") or {}):
        for name, value in holder.items():
            is_text = name in IDS and isinstance(value, str) and value.isascii()
            if is_text and value.isdigit() and not value.startswith("0") and rng.random() < 0.5:
                holder[name] = int(value)
            elif name in INTEGERS and rng.random() < 0.2:
                holder[name] = str(value)
    event.update(changes)
    if rng.random() < 0.1:
        names = list(event)
        rng.shuffle(names)
        event = {name: event[name] for name in names}
    separators = rng.choice(((",", ":"), (", ", ": ")))
    text = json.dumps(event, ensure_ascii=rng.random() < 0.5, separators=separators)
    if rng.random() < 0.02:
        text = f" \t{text}  "
    return text.encode()


def _spell_time(rng: random.Random, micros: int) -> Any:
    roll = rng.random()
    if micros % 1000 == 0 and roll < 0.3:
        return micros // 1000
    if micros % 1000 == 0 and roll < 0.4:
        return str(micros // 1000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    if roll < 0.8:
        return moment.isoformat().replace("+00:00", "Z")
    minutes = rng.choice((330, -480, 0, 60, 840, -210))
    return moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat()


def bad_lines(rng: random.Random, good: list[_Line]) -> list[bytes]:
    """Every kind of line that must be rejected, each with exactly one flaw and fresh event_ids.

    `good` supplies the rest of the line, so that a bad line which is let in changes a number.
    """
    count = 0

    def pick(event_type: str) -> _Line:
        nonlocal count
        count += 1
        line = rng.choice([line for line in good if line.event_type == event_type])
        return replace(line, event_id=f"bad-{count}-{rng.randrange(10**6)}")

    def broken(event_type: str, /, **changes: Any) -> bytes:
        return _spell(rng, pick(event_type), **changes)

    def without(event_type: str, name: str) -> bytes:
        event = json.loads(broken(event_type))
        del event[name]
        return json.dumps(event).encode()

    def with_payload(event_type: str, name: str, raw: str) -> bytes:
        line = pick(event_type)
        text = _spell(rng, line, payload={**line.payload, name: "@@"}).decode()
        return text.replace('"@@"', raw).encode()

    bad: list[bytes] = [
        b"{",
        b"nonsense",
        b"null",
        b"[]",
        b"17",
        b'"text"',
        b"[" + broken("comment") + b"]",
        broken("comment")[:-9],
        broken("like")[: len(broken("like")) // 3],
        broken("comment") + broken("comment"),
        broken("comment").replace(b"{", b"{\xff\xfe", 1),
        broken("comment", note="@@").replace(b"@@", b"caf\xe9"),
        broken("comment", note="x" * 1_100_000),
        broken("comment").replace(b'"', b"'"),
        broken("comment")[:-1] + b",}",
    ]
    for event_type, name in (
        *(("comment", "event_id"), ("comment", "event_type"), ("comment", "event_ts")),
        *(("like", "live_id"), ("share", "creator_id"), ("comment", "viewer_id")),
        *(("impression", "channel"), ("impression", "is_follower"), ("room_enter", "channel")),
        ("room_enter", "is_follower"),
    ):
        bad.append(without(event_type, name))
        bad.append(broken(event_type, **{name: rng.choice((None, ""))}))
    moments: tuple[Any, ...] = (
        *("yesterday", "2025-03-05T10:00:00", "2025-02-30T10:00:00Z", "2025-03-05T25:00:00Z"),
        *("2015-12-31T23:59:59.999Z", "2099-01-01T00:00:00Z", 1_741_170_000, "1741170000"),
        *(1_741_170_000_000_000, -1, True, {}, "05/03/2025", "NaN", "2025-03-05"),
    )
    for moment in moments:
        bad.append(broken("comment", event_ts=moment))
    bad.append(broken("comment", event_ts="@@").replace(b'"@@"', b"NaN"))
    for event_type, name, raw in (
        *(("like", "count", raw) for raw in ('"many"', "0", "-3", "2.5", "NaN", "true", "[]")),
        *(("order", "quantity", raw) for raw in ("-1", "0", "1.5", '"two"', "NaN", "{}")),
        *(("order", "amount_minor", raw) for raw in ("-1", "19.99", '"19.99"', '"-1"', "Infinity")),
        *(("order", "order_id", raw) for raw in ("1.5", "5.76e18")),
        *(("gift", "diamonds", raw) for raw in ("-1", "NaN", '"lots"')),
        *(("gift", "coins", "-1"), ("gift", "quantity", "0"), ("comment", "length", '"long"')),
        ("room_enter", "view_id", "8.000000000000001e18"),
    ):
        bad.append(with_payload(event_type, name, raw))
    for name, number in (
        *(("event_id", b"12.5"), ("event_id", b"9.0e18"), ("live_id", b"7.301234567890123e18")),
        *(("viewer_id", b"1.0"), ("creator_id", b"6.9E+18"), ("viewer_id", b"NaN")),
    ):
        bad.append(broken("comment", **{name: "@@"}).replace(b'"@@"', number))
    bad.append(broken("impression", is_follower="maybe"))
    bad.append(broken("comment", payload=[1, 2]))
    # Its event_id is a good event's, and it is the earlier copy: it must not win.
    bad.append(_spell(rng, rng.choice(good), event_ts="never", received_ts="2016-01-02T00:00:00Z"))
    return bad


def _conflict(rng: random.Random, line: _Line) -> _Line | None:
    """Another copy of the event: other content, other received_ts; None where it has no such."""
    payload = dict(line.payload)
    change: dict[str, Any] = {}
    if line.event_type == "like":
        payload["count"] = 1_000
    elif line.event_type == "gift":
        payload["diamonds"] = 1_000_000
    elif line.event_type == "order":
        payload["amount_minor"] = 123_456
    elif line.event_type in ("impression", "room_enter"):
        change["entry"] = ("search", not line.entry[1]) if line.entry else None
    elif line.event_type == "live_start":
        payload["title"] = "another title"
    elif line.event_type == "comment":
        change = rng.choice(
            ({"ts": line.ts + 2 * MINUTE}, {"viewer_id": "v1x"}, {"event_type": "share"})
        )
    elif line.event_type == "product_click":
        change = {"event_type": "like"}
        payload = {"count": 5}
    else:
        return None
    return replace(line, payload=payload, **change, received=_other_received(rng, line))


def _other_received(rng: random.Random, line: _Line) -> int | None:
    if line.received is None:
        return line.ts // 1000 * 1000 + rng.randrange(60_000) * 1000
    shift = rng.randrange(1, 60_000) * 1000
    return rng.choice((None, line.received + shift, line.received - shift))


# ---- files -------------------------------------------------------------------------------------


def _write_files(root: Path, crowd: _Crowd, rng: random.Random) -> None:
    good = crowd.lines
    plans: dict[str, list[bytes]] = {name: [] for name in ROOMY_FILES}
    exact = rng.sample(range(len(good)), 990)
    plans[ONE_PERCENT] = [_spell(rng, good[place]) for place in exact]
    in_exact = set(exact)

    def put(raw: bytes) -> None:
        plans[rng.choice(ROOMY_FILES)].append(raw)

    for place, line in enumerate(good):
        raw = _spell(rng, line)
        roll = rng.random()
        if place not in in_exact:
            put(raw)
        if roll < 0.05:
            put(raw)
        elif roll < 0.06:
            put(_spell(rng, line))
        elif roll < 0.075:
            # The same content, collected once more.
            put(_spell(rng, replace(line, received=_other_received(rng, line))))
        elif roll < 0.12 and (other := _conflict(rng, line)) is not None:
            put(_spell(rng, other))
    # A LIVE that exists in a losing copy only, and an event that changes its LIVE.
    comment = next(line for line in good if line.event_type == "comment" and line.received)
    assert comment.received is not None
    later = comment.received + 10**9
    put(_spell(rng, replace(comment, live_id=GHOST_LIVES[3], received=later)))

    bad = bad_lines(rng, good)
    plans[ONE_PERCENT] += [bad.pop() for _ in range(10)]
    plans[ALL_BAD] = rng.sample(bad_lines(rng, good), 9)
    for place, raw in enumerate(bad):
        plans[ROOMY_FILES[place % len(ROOMY_FILES)]].append(raw)
    for name, lines in plans.items():
        if name not in (ONE_PERCENT, ALL_BAD):
            lines += rng.choices((b"", b"   ", b"\t", b" \t "), k=rng.randint(2, 9))
        rng.shuffle(lines)
    plans[HELD_BACK] = _held_back(rng, good)

    for name, lines in plans.items():
        _write(root / name, lines)
    _write_twins(root, rng, good)


def _held_back(rng: random.Random, good: list[_Line]) -> list[bytes]:
    """Lines that would count for much, earlier copies of good ones, and too many bad ones."""
    lines = [_spell(rng, line) for line in _strangers(rng, good, "held", "live-held-back", 30)]
    for line in rng.sample(good, 200):
        other = _conflict(rng, line)
        if other is not None:
            earlier = min(line.ts, line.received or line.ts) // 1000 * 1000 - 10**10
            lines.append(_spell(rng, replace(other, received=earlier)))
    lines += rng.sample(bad_lines(rng, good), 30)
    rng.shuffle(lines)
    return lines


def _strangers(
    rng: random.Random, good: list[_Line], prefix: str, live_id: str, size: int
) -> list[_Line]:
    """New events: half of them in good LIVEs, half in a LIVE of their own."""
    sample = rng.sample([line for line in good if line.event_type in ("comment", "like")], size)
    strangers = []
    for place, line in enumerate(sample):
        stranger = replace(line, event_id=f"{prefix}-{place}")
        if place % 2:
            stranger = replace(stranger, live_id=live_id, creator_id="c9")
        strangers.append(stranger)
    return strangers


def _write_twins(root: Path, rng: random.Random, good: list[_Line]) -> None:
    """Cut files, copies of files, empty files, and files that are none of ours."""
    again = [_spell(rng, line) for line in _strangers(rng, good, "cut-gz", "live-cut-gz", 300)]
    whole = gzip.compress(_joined(again), mtime=0)
    (root / TRUNCATED[0]).write_bytes(whole[: len(whole) * 3 // 5])
    _write_bytes(root / "z/cut_again_whole.jsonl.gz", whole)
    never = [_spell(rng, line) for line in _strangers(rng, good, "cut-zst", "live-cut-zst", 300)]
    frames = [
        zstandard.ZstdCompressor().compress(_joined(half)) for half in (never[:150], never[150:])
    ]
    (root / TRUNCATED[1]).write_bytes(frames[0] + frames[1][: len(frames[1]) // 2])

    plain = (root / "a/plain.jsonl").read_bytes()
    _write_bytes(root / SAME_BYTES, plain)
    _write_bytes(root / SAME_LINES, gzip.decompress((root / "a/packed.jsonl.gz").read_bytes()))
    _write_bytes(root / "m/empty.jsonl", b"")
    _write_bytes(root / "m/only_blank.jsonl", b"\n  \n\t\n\n")
    strangers = _strangers(rng, good, "ignored", "live-ignored", 20)
    ignored = _joined([_spell(rng, line) for line in strangers])
    for name in (".hidden.jsonl", "_writing.jsonl", "x.jsonl.tmp", "y.jsonl.part", "notes.txt"):
        _write_bytes(root / "a" / name, ignored)
    _write_bytes(root / "a/.z.jsonl.gz", gzip.compress(ignored, mtime=0))


def _joined(lines: list[bytes], newline: bytes = b"\n") -> bytes:
    return b"".join(line + newline for line in lines)


def _write(path: Path, lines: list[bytes]) -> None:
    """The lines in the file's own way: packed by its suffix, ended by its name."""
    half = len(lines) // 2
    parts = [lines[:half], lines[half:]] if "two_" in path.name else [lines]
    texts = [_joined(part, b"\r\n" if "crlf" in path.name else b"\n") for part in parts]
    if "bom" in path.name:
        texts[0] = b"\xef\xbb\xbf" + texts[0]
    if "no_newline" in path.name:
        texts[-1] = texts[-1].rstrip()
    pack: Callable[[bytes], bytes] = {
        ".gz": lambda text: gzip.compress(text, mtime=0),
        ".zst": zstandard.ZstdCompressor().compress,
    }.get(path.suffix, bytes)
    _write_bytes(path, b"".join(pack(text) for text in texts))


def _write_bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
