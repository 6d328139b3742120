"""The simulator keeps what DESIGN promises: the contract's shape, its guarantees, its determinism.

Expected values are typed by hand from the dump contract; files are read as any loader would.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import zstandard

from simulator.simulate import Simulation, simulate

Event = dict[str, Any]

# event_type: the envelope fields it needs (L live, C creator, V viewer), and its payload fields.
CONTRACT = {
    "live_start": ("L", "title category device language live_event_id sponsor"),
    "live_pause": ("L", ""),
    "live_resume": ("L", ""),
    "live_end": ("L", "reason"),
    "impression": ("LV", "is_paid"),
    "room_enter": ("LV", "view_id is_paid referrer_live_id"),
    "room_leave": ("LV", "view_id"),
    "viewer_count": ("L", "viewers"),
    "comment": ("LV", "length is_question source"),
    "comment_delete": ("L", "comment_event_id"),
    "creator_reply": ("L", "comment_event_id"),
    "like": ("LV", "count"),
    "share": ("LV", "target"),
    "follow": ("LV", "source"),
    "unfollow": ("CV", ""),
    "bag_update": ("L", "product_id action position"),
    "product_pin": ("L", "product_id"),
    "product_unpin": ("L", "product_id"),
    "product_impression": ("LV", "product_id surface"),
    "product_click": ("LV", "product_id surface"),
    "add_to_cart": ("LV", "product_id sku_id"),
    "order": (
        "LV",
        "order_id sku_id product_id quantity amount_minor currency sales_model",
    ),
    "order_status": ("LV", "order_id sku_id status"),
    "promo_start": (
        "L",
        "promo_id kind product_id price_minor list_price_minor currency task spend_minor",
    ),
    "promo_end": ("L", "promo_id kind product_id"),
    "giveaway_entry": ("LV", "promo_id"),
    "gift": ("LV", "gift_id quantity coins diamonds coin_source"),
    "coin_drop": ("LV", "coins"),
    "team_join": ("CV", ""),
    "team_leave": ("CV", ""),
    "battle_start": ("L", "battle_id side"),
    "battle_end": ("L", "battle_id side score result"),
    "guest_join": ("L", "guest_id"),
    "guest_leave": ("L", "guest_id"),
    "violation": ("L", "violation_id violation_type policy severity action"),
    "moderation_action": ("L", "action target_viewer_id"),
    "user_report": ("LV", "reason"),
    "league_snapshot": ("C", "league rank"),
    "follower_count": ("C", "followers"),
    "live_event_created": ("C", "live_event_id scheduled_ts"),
    "live_event_registration": ("CV", "live_event_id"),
    "notification_sent": ("LV", "kind"),
    "notification_open": ("LV", "kind"),
    "promo_post": ("C", "video_id views hashtags"),
}
CHANNELS = {
    "fyp",
    "following",
    "inbox",
    "search",
    "profile",
    "short_video",
    "share",
    "live_event",
    "shop",
    "ads",
    "other",
}
REFERENCES = {
    "creators": "creator_id,handle,market,category,agency_id,joined_date",
    "products": "product_id,title,category,theme,list_price_minor,currency,is_flagship",
    "gifts": "gift_id,name,coins,is_streakable",
    "currency_rates": "currency,rate_date,usd_per_unit",
    "diamond_rates": "market,valid_from,usd_per_diamond",
    "active_users": "market,week_start,weekly_active_users",
    "reward_rules": "market,rule_id,valid_from,metric,threshold,reward_share",
    "markets": "market,region,reporting_timezone,currency",
}


@dataclass(frozen=True)
class Dump:
    simulation: Simulation
    events: list[Event]
    of_type: dict[str, list[Event]]
    truth: dict[str, Any]

    def reference(self, table: str) -> list[dict[str, str]]:
        path = self.simulation.out / "reference" / table / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def instant(value: str | int) -> datetime:
    if isinstance(value, int):
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=value)
    return datetime.fromisoformat(value).astimezone(UTC)


def raw_lines(path: Path) -> list[bytes]:
    """The lines of a JSON lines file, decompressed by the standard tools."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            data = reader.read()
    assert data.endswith(b"\n")
    return data.split(b"\n")[:-1]


def digest(out: Path) -> dict[str, str]:
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {
        str(path.relative_to(out)): base64.b16encode(
            hashlib.sha256(path.read_bytes()).digest()
        ).decode()
        for path in files
    }


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    """The default scale: three days of 40,000 events."""
    simulation = simulate(tmp_path_factory.mktemp("default"))
    events = [json.loads(line) for path in simulation.event_files for line in raw_lines(path)]
    of_type: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        event["ts"] = instant(event["event_ts"])
        of_type[event["event_type"]].append(event)
    truth = json.loads(simulation.truth_file.read_text(encoding="utf-8"))
    return Dump(simulation, events, of_type, truth)


def test_every_event_type_of_the_contract_occurs_with_its_fields_only(dump: Dump) -> None:
    assert set(dump.of_type) == set(CONTRACT)
    for event_type, (needs, fields) in CONTRACT.items():
        seen: set[str] = set()
        for event in dump.of_type[event_type]:
            assert isinstance(event["event_id"], str) and len(event["event_id"]) <= 64
            assert event["creator_id"].isdigit()
            assert ("L" not in needs) or event["live_id"].isdigit()
            assert ("viewer_id" in event) == ("V" in needs), event
            assert ("channel" in event) == (event_type in {"impression", "room_enter"})
            seen |= set(event.get("payload", {}))
        assert seen == set(fields.split()), event_type


def test_event_ids_are_unique_and_counted(dump: Dump) -> None:
    assert len({event["event_id"] for event in dump.events}) == len(dump.events)
    assert dump.simulation.events == len(dump.events)
    assert 114_000 <= len(dump.events) <= 126_000


def test_codes_are_those_of_the_contract(dump: Dump) -> None:
    entries = dump.of_type["impression"] + dump.of_type["room_enter"]
    assert {event["channel"] for event in entries} == CHANNELS

    def words(event_type: str, name: str) -> set[str]:
        return {event["payload"][name] for event in dump.of_type[event_type]}

    assert words("comment", "source") == {"organic", "giveaway"}
    assert words("follow", "source") == {"organic", "giveaway"}
    assert words("order", "sales_model") == {"own", "affiliate"}
    assert words("order", "currency") == {"JPY", "USD", "GBP"}
    assert words("order_status", "status") == {"paid", "cancelled", "refunded"}
    assert words("gift", "coin_source") == {"purchased", "coin_drop", "promo"}
    assert words("promo_start", "kind") == {"flash_sale", "giveaway", "billboard", "ad", "coupon"}
    assert words("promo_start", "task") == {"follow", "comment", "none"}
    assert words("bag_update", "action") == {"add", "remove", "move"}
    assert {"win", "loss"} <= words("battle_end", "result") <= {"win", "loss", "draw"}
    assert words("live_start", "device") == {"mobile", "desktop"}


def test_all_spellings_of_a_timestamp_occur(dump: Dump) -> None:
    spellings: Counter[str] = Counter()
    for event in dump.events:
        value = event["event_ts"]
        kind = "epoch" if isinstance(value, int) else value[-1] if value.endswith("Z") else "+09"
        spellings[kind if kind != "Z" else f"Z{len(value)}"] += 1
    # 2026-03-27T00:00:00.123Z has 24 characters, with microseconds 27.
    assert set(spellings) == {"epoch", "+09", "Z24", "Z27"}
    assert spellings["Z24"] + spellings["Z27"] > 0.5 * len(dump.events)


def test_guarantees_for_lives_creators_and_groups(dump: Dump) -> None:
    starts = dump.of_type["live_start"]
    ends = {event["live_id"]: event["ts"] for event in dump.of_type["live_end"]}
    per_day = Counter(event["ts"].date() for event in starts)
    assert set(per_day) == {date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 29)}
    assert min(per_day.values()) >= 15
    assert dump.simulation.lives == len(starts) == len(ends)
    for event in starts:
        assert timedelta(minutes=20) <= ends[event["live_id"]] - event["ts"]
        assert ends[event["live_id"]] - event["ts"] <= timedelta(minutes=240)

    creators = {row["creator_id"]: row for row in dump.reference("creators")}
    assert len(creators) >= 40
    assert {row["market"] for row in creators.values()} == {"JP", "US", "GB"}
    views = Counter(event["live_id"] for event in dump.of_type["room_enter"])
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in starts:
        creator = creators[event["creator_id"]]
        if views[event["live_id"]] >= 20:
            groups[creator["market"], creator["category"]].add(event["creator_id"])
    assert {market for market, _ in groups} == {"JP", "US", "GB"}
    assert min(map(len, groups.values())) >= 10


def test_live_sizes_are_skewed_and_lives_cross_midnight(dump: Dump) -> None:
    sizes = Counter(event["live_id"] for event in dump.events if "live_id" in event)
    ordered = sorted(sizes.values())
    assert ordered[-1] > 5 * ordered[len(ordered) // 2]
    ends = {event["live_id"]: event["ts"] for event in dump.of_type["live_end"]}
    crossing = {
        event["live_id"]
        for event in dump.of_type["live_start"]
        if event["ts"].date() != ends[event["live_id"]].date()
    }
    assert crossing == set(dump.truth["lives_across_midnight_utc"])
    assert len(crossing) >= 3


def test_views_and_acts_hang_together(dump: Dump) -> None:
    enters = dump.of_type["room_enter"]
    entered = {event["payload"]["view_id"]: event for event in enters}
    assert len(entered) == len(enters)
    left = {event["payload"]["view_id"]: event["ts"] for event in dump.of_type["room_leave"]}
    assert set(left) < set(entered)
    assert len(left) > 0.9 * len(entered)
    assert all(left[view] >= entered[view]["ts"] for view in left)
    pairs = Counter((event["live_id"], event["viewer_id"]) for event in enters)
    assert max(pairs.values()) > 1, "nobody came back"

    followers = [e["is_follower"] for e in dump.of_type["impression"] if e["channel"] == "fyp"]
    assert 0.02 < sum(followers) / len(followers) < 0.6
    ends = {event["live_id"]: event["ts"] for event in dump.of_type["live_end"]}
    late = [e for e in dump.of_type["order"] if e["ts"] > ends[e["live_id"]]]
    assert 0 < len(late) < 0.2 * len(dump.of_type["order"])
    assert all(e["ts"] <= ends[e["live_id"]] + timedelta(hours=1) for e in late)
    for event_type in ("comment", "product_click", "gift"):
        assert all(e["ts"] <= ends[e["live_id"]] for e in dump.of_type[event_type])


def test_follows_come_from_non_followers(dump: Dump) -> None:
    follows = dump.of_type["follow"]
    first = {(e["creator_id"], e["viewer_id"]): e["ts"] for e in follows}
    assert len(first) == len(follows)
    gone = {(e["creator_id"], e["viewer_id"]): e["ts"] for e in dump.of_type["unfollow"]}
    for event in dump.of_type["room_enter"]:
        pair = (event["creator_id"], event["viewer_id"])
        if pair in first and pair not in gone:
            # Spellings that know milliseconds only cut up to one off.
            if event["ts"] < first[pair] - timedelta(milliseconds=1):
                assert event["is_follower"] is False
            elif event["ts"] > first[pair] + timedelta(milliseconds=1):
                assert event["is_follower"] is True


def test_orders_have_lines_statuses_and_the_creators_currency(dump: Dump) -> None:
    orders = dump.of_type["order"]
    lines = {(e["payload"]["order_id"], e["payload"]["sku_id"]): e for e in orders}
    assert len(lines) == len(orders)
    assert max(Counter(order for order, _ in lines).values()) >= 2
    markets = {row["creator_id"]: row["market"] for row in dump.reference("creators")}
    currency = {"JP": "JPY", "US": "USD", "GB": "GBP"}
    delays = []
    for event in orders:
        assert event["payload"]["currency"] == currency[markets[event["creator_id"]]]
        assert event["payload"]["quantity"] >= 1 and event["payload"]["amount_minor"] >= 1
    for event in dump.of_type["order_status"]:
        line = lines[event["payload"]["order_id"], event["payload"]["sku_id"]]
        assert line["live_id"] == event["live_id"]
        delays.append(event["ts"] - line["ts"])
    assert min(delays) > timedelta(0)
    assert max(delays) > timedelta(days=1)


def test_reference_tables_are_those_of_the_contract(dump: Dump) -> None:
    assert {path.stem for path in dump.simulation.reference_files} == set(REFERENCES)
    for table, header in REFERENCES.items():
        rows = dump.reference(table)
        assert rows and ",".join(rows[0]) == header
    products = {row["product_id"] for row in dump.reference("products")}
    assert {e["payload"]["product_id"] for e in dump.of_type["order"]} <= products
    gifts = {row["gift_id"]: int(row["coins"]) for row in dump.reference("gifts")}
    for event in dump.of_type["gift"]:
        payload = event["payload"]
        assert payload["coins"] == gifts[payload["gift_id"]] * payload["quantity"]
    zones = {row["market"]: row["reporting_timezone"] for row in dump.reference("markets")}
    assert zones == {"JP": "Asia/Tokyo", "US": "America/New_York", "GB": "Europe/London"}


def test_truth_names_lives_and_creators_that_exist(dump: Dump) -> None:
    lives = {event["live_id"]: event for event in dump.of_type["live_start"]}
    ends = {event["live_id"]: event["ts"] for event in dump.of_type["live_end"]}
    effects = dump.truth["effects"]
    kinds = {effect["kind"] for effect in effects}
    assert kinds == {"violation", "pin", "unpinned", "flash_sale", "giveaway", "battle", "ad"}
    for effect in effects:
        start, end = instant(effect["start_ts"]), instant(effect["end_ts"])
        assert lives[effect["live_id"]]["ts"] <= start < end
        assert end <= ends[effect["live_id"]] + timedelta(milliseconds=1)
    violations = {e["payload"]["violation_id"] for e in dump.of_type["violation"]}
    assert violations == {e["violation_id"] for e in effects if e["kind"] == "violation"}
    assert [(o["metric"], o["factor"]) for o in dump.truth["offenders"]] == [
        ("err", 0.35),
        ("live_ctr", 0.25),
        ("comment_rate", 0.2),
        ("avg_watch_sec_per_view", 0.15),
    ]
    for offender in dump.truth["offenders"]:
        assert len(offender["live_ids"]) == 3
        assert {lives[i]["creator_id"] for i in offender["live_ids"]} == {offender["creator_id"]}
    assert [change["metric"] for change in dump.truth["changes"]] == ["search_view_share", "ctor"]
    for change in dump.truth["changes"]:
        assert change["live_ids_before"] and change["live_ids_after"]
        assert {*change["live_ids_before"], *change["live_ids_after"]} <= set(lives)


def test_planted_truths_show_in_the_events(dump: Dump) -> None:
    def count(event_type: str, kind: str, *, before: bool) -> int:
        total = 0
        for effect in dump.truth["effects"]:
            if effect["kind"] == kind:
                start, end = instant(effect["start_ts"]), instant(effect["end_ts"])
                if before:
                    start, end = start - (end - start), start
                total += sum(
                    e["live_id"] == effect["live_id"] and start <= e["ts"] < end
                    for e in dump.of_type[event_type]
                )
        return total

    dip = count("impression", "violation", before=False)
    assert 0 < dip < 0.4 * count("impression", "violation", before=True)
    assert count("order", "flash_sale", before=False) > 2 * count(
        "order", "flash_sale", before=True
    )

    def rate(creator_id: str | None, above: str, below: str) -> float:
        def size(event_type: str) -> int:
            return sum(creator_id in (None, e["creator_id"]) for e in dump.of_type[event_type])

        return size(above) / size(below)

    worst = {o["metric"]: o["creator_id"] for o in dump.truth["offenders"]}
    for metric, above, below in (
        ("err", "room_enter", "impression"),
        ("live_ctr", "product_click", "room_enter"),
        ("comment_rate", "comment", "room_enter"),
    ):
        assert rate(worst[metric], above, below) < 0.65 * rate(None, above, below)


def test_one_seed_gives_one_dump(tmp_path: Path) -> None:
    def run(name: str, seed: int) -> dict[str, str]:
        simulate(
            tmp_path / name,
            days=2,
            events_per_day=6_000,
            seed=seed,
            faults=True,
            format="mixed",
        )
        return digest(tmp_path / name)

    first, again, other = run("a", 7), run("b", 7), run("c", 8)
    assert first == again
    # Two days of two files, the late file, eight tables and the truth; nothing half-written.
    assert len(first) == 14
    assert not [name for name in first if Path(name).name.startswith(".")]
    same = {name for name in first if first[name] == other.get(name)}
    assert not [name for name in same if name.startswith("events")]


def test_every_format_holds_the_same_events(tmp_path: Path) -> None:
    columns = (
        "event_id, event_type, event_ts, received_ts, live_id, creator_id, viewer_id, market,"
        " channel, is_follower, payload"
    )
    types = (
        "{event_id: 'VARCHAR', event_type: 'VARCHAR', event_ts: 'VARCHAR', received_ts: 'VARCHAR',"
        " live_id: 'VARCHAR', creator_id: 'VARCHAR', viewer_id: 'VARCHAR', market: 'VARCHAR',"
        " channel: 'VARCHAR', is_follower: 'BOOLEAN', payload: 'VARCHAR'}"
    )

    def utc(column: str) -> str:
        return (
            f"coalesce(make_timestamp(try_cast({column} as bigint) * 1000),"
            f" {column}::timestamptz at time zone 'UTC') as {column}"
        )

    contents = []
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        for kind in ("jsonl", "gz", "zst", "parquet", "mixed"):
            out = tmp_path / kind
            simulation = simulate(out, days=2, events_per_day=3_000, format=kind)
            suffixes = {"".join(path.suffixes) for path in simulation.event_files}
            rows: list[tuple[Any, ...]] = []
            for path in simulation.event_files:
                source = f"'{path}'"
                if path.suffix == ".gz":
                    # No time in the header, or equal events would differ from second to second.
                    assert path.read_bytes()[4:8] == b"\0\0\0\0"
                if path.suffix != ".parquet":
                    source = (
                        f"(select * replace ({utc('event_ts')}, {utc('received_ts')}) from"
                        f" read_json('{path}', format = 'newline_delimited', columns = {types}))"
                    )
                rows += con.execute(f"select {columns} from {source}").fetchall()
            contents.append(rows)
            if kind == "mixed":
                assert suffixes == {".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet"}
            assert len(rows) == simulation.events
        described = con.execute(f"describe from '{tmp_path}/parquet/events/*/*.parquet'")
        assert [(row[0], row[1]) for row in described.fetchall()] == [
            ("event_id", "VARCHAR"),
            ("event_type", "VARCHAR"),
            ("event_ts", "TIMESTAMP"),
            ("received_ts", "TIMESTAMP"),
            ("live_id", "VARCHAR"),
            ("creator_id", "VARCHAR"),
            ("viewer_id", "VARCHAR"),
            ("market", "VARCHAR"),
            ("channel", "VARCHAR"),
            ("is_follower", "BOOLEAN"),
            ("payload", "VARCHAR"),
        ]
    assert contents[0]
    assert all(rows == contents[0] for rows in contents)


def lines_with_faults(path: Path) -> Iterator[tuple[str, Event | None]]:
    """Each line with its outcome: ok, blank, or what a loader rejects it for."""
    for line in raw_lines(path):
        if not line.strip():
            yield "blank", None
            continue
        try:
            event = json.loads(line.decode("utf-8"))
        except ValueError:
            yield "malformed_json", None
            continue
        if "event_id" not in event:
            yield "missing_event_id", event
        elif instant(event["event_ts"]) < datetime(2016, 1, 1, tzinfo=UTC):
            yield "bad_event_ts", event
        elif event.get("payload", {}).get("count") == "many":
            yield "bad_count", event
        else:
            yield "ok", event


def test_faults_occur_and_stay_below_the_reject_threshold(tmp_path: Path) -> None:
    simulation = simulate(tmp_path, days=2, events_per_day=20_000, faults=True)
    truth = json.loads(simulation.truth_file.read_text(encoding="utf-8"))["faults"]
    copies: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    types: Counter[str] = Counter()
    starts: set[str] = set()
    ends: set[str] = set()
    views: set[str] = set()
    leaves: set[str] = set()
    unlike_folder = 0
    for path in simulation.event_files:
        outcomes: Counter[str] = Counter()
        for outcome, event in lines_with_faults(path):
            outcomes[outcome] += 1
            if outcome != "ok" or event is None:
                continue
            types[event["event_type"]] += 1
            received = event.get("received_ts")
            ts = instant(event["event_ts"])
            copies[event["event_id"]].append((ts, received and instant(received)))
            unlike_folder += "late" in path.name and ts.date().isoformat() < path.parent.name
            kind = event["event_type"]
            if kind in ("live_start", "live_end"):
                (starts if kind == "live_start" else ends).add(event["live_id"])
            elif kind in ("room_enter", "room_leave"):
                (views if kind == "room_enter" else leaves).add(event["payload"]["view_id"])
        rejected = sum(outcomes.values()) - outcomes["ok"] - outcomes["blank"]
        assert 0 < rejected < 10
        assert outcomes["malformed_json"] == 2 and outcomes["blank"] == 1
        assert outcomes["missing_event_id"] == outcomes["bad_count"] == 1
        assert outcomes["bad_event_ts"] == 1
    several = [found for found in copies.values() if len(found) > 1]
    exact = [found for found in several if len(set(found)) == 1]
    assert len(exact) == truth["exact_copies"] > 20
    assert len(several) - len(exact) == truth["conflicting_copies"] > 5
    assert unlike_folder > 100
    assert starts - ends == set(truth["live_ids_without_end"]) and starts - ends
    assert 0.02 * len(views) < len(views - leaves) < 0.2 * len(views)
    assert truth["missing_leaves"] > 0
    assert types["reaction"] == truth["unknown_types"] == len(simulation.event_files)
    assert len(copies) == simulation.events + truth["unknown_types"]


def test_a_schedule_keeps_local_time_over_the_clock_change(tmp_path: Path) -> None:
    simulation = simulate(tmp_path, days=5, events_per_day=20_000)
    hours: dict[str, dict[int, float]] = defaultdict(dict)
    markets = {}
    for path in simulation.event_files:
        for line in raw_lines(path):
            if b'"live_start"' in line:
                event = json.loads(line)
                ts = instant(event["event_ts"])
                markets[event["creator_id"]] = event["market"]
                hours[event["creator_id"]].setdefault(ts.day, ts.hour + ts.minute / 60)
    moved = [
        hours[creator][31] - hours[creator][27]
        for creator, market in markets.items()
        if market == "GB" and {27, 31} <= set(hours[creator])
    ]
    # London goes forward on 2026-03-29: the same local hour is one UTC hour earlier.
    assert sorted(moved)[len(moved) // 2] == pytest.approx(-1.0, abs=0.4)


def test_the_biggest_live_can_be_made_as_big_as_wanted(tmp_path: Path) -> None:
    simulation = simulate(tmp_path, days=1, events_per_day=10_000, live_skew=0.5)
    sizes: Counter[str] = Counter()
    for path in simulation.event_files:
        for line in raw_lines(path):
            event = json.loads(line)
            if event["event_type"] == "impression":
                sizes[event["live_id"]] += 1
    assert 0.45 < max(sizes.values()) / sum(sizes.values()) < 0.55


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"format": "xml"}, "format is one of jsonl, gz, zst, parquet or mixed"),
        ({"days": 0}, "days is at least 1"),
        ({"live_skew": 1.5}, "share between 0 and 1"),
        ({"seed": -1}, "seed is not negative"),
    ],
)
def test_wrong_arguments_are_named(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(tmp_path, **wrong)
