"""The raw dump contract as data: fields, their kinds, and what each event type requires.

What belongs here: every name of the contract, once (docs/contract.md is its prose).
What does not: how a line is read (events.py) or judged (judge.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from livehouse.sql_text import literal

Kind = Literal["id", "text", "integer", "boolean", "timestamp"]

DUCKDB_TYPES: dict[Kind, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
}


@dataclass(frozen=True)
class Field:
    """One field of the envelope or of a payload; `minimum` is inclusive, None is unbounded."""

    name: str
    kind: Kind
    minimum: int | None = None


@dataclass(frozen=True)
class EventType:
    """What a type of event requires of the envelope and adds in its payload."""

    name: str
    has_live: bool
    has_creator: bool
    has_viewer: bool
    payload: tuple[str, ...]
    required: tuple[str, ...] = ()


ENVELOPE: tuple[Field, ...] = (
    Field("event_id", "id"),
    Field("event_type", "text"),
    Field("event_ts", "timestamp"),
    Field("received_ts", "timestamp"),
    Field("live_id", "id"),
    Field("creator_id", "id"),
    Field("viewer_id", "id"),
    Field("market", "text"),
    Field("channel", "text"),
    Field("is_follower", "boolean"),
)

PAYLOAD: tuple[Field, ...] = (
    Field("title", "text"),
    Field("category", "text"),
    Field("device", "text"),
    Field("language", "text"),
    Field("live_event_id", "id"),
    Field("sponsor", "text"),
    Field("reason", "text"),
    Field("is_paid", "boolean"),
    Field("view_id", "id"),
    Field("referrer_live_id", "id"),
    Field("viewers", "integer", 0),
    Field("length", "integer", 0),
    Field("is_question", "boolean"),
    Field("source", "text"),
    Field("comment_event_id", "id"),
    Field("count", "integer", 1),
    Field("target", "text"),
    Field("product_id", "id"),
    Field("action", "text"),
    Field("position", "integer", 0),
    Field("surface", "text"),
    Field("sku_id", "id"),
    Field("order_id", "id"),
    Field("quantity", "integer", 1),
    Field("amount_minor", "integer", 0),
    Field("currency", "text"),
    Field("sales_model", "text"),
    Field("status", "text"),
    Field("promo_id", "id"),
    Field("kind", "text"),
    Field("price_minor", "integer", 0),
    Field("list_price_minor", "integer", 0),
    Field("task", "text"),
    Field("spend_minor", "integer", 0),
    Field("gift_id", "id"),
    Field("coins", "integer", 0),
    Field("diamonds", "integer", 0),
    Field("coin_source", "text"),
    Field("battle_id", "id"),
    Field("side", "text"),
    Field("score", "integer"),
    Field("result", "text"),
    Field("guest_id", "id"),
    Field("violation_id", "id"),
    Field("violation_type", "text"),
    Field("policy", "text"),
    Field("severity", "text"),
    Field("target_viewer_id", "id"),
    Field("league", "text"),
    Field("rank", "integer", 0),
    Field("followers", "integer", 0),
    Field("scheduled_ts", "timestamp"),
    Field("video_id", "id"),
    Field("views", "integer", 0),
    Field("hashtags", "text"),
)

FIELDS: dict[str, Field] = {field.name: field for field in (*ENVELOPE, *PAYLOAD)}


def _types(marks: str, rows: dict[str, str]) -> list[EventType]:
    return [
        EventType(
            name,
            has_live="L" in marks,
            has_creator="L" in marks or "C" in marks,
            has_viewer="V" in marks,
            payload=tuple(payload.split()),
            required=_REQUIRED.get(name, ()),
        )
        for name, payload in rows.items()
    ]


# Who comes, and from where, is required where the contract says so; no payload field is.
_REQUIRED: dict[str, tuple[str, ...]] = {
    "impression": ("channel", "is_follower"),
    "room_enter": ("channel", "is_follower"),
}

EVENT_TYPES: dict[str, EventType] = {
    event_type.name: event_type
    for event_type in (
        *_types(
            "L",
            {
                "live_start": "title category device language live_event_id sponsor",
                "live_pause": "",
                "live_resume": "",
                "live_end": "reason",
                "viewer_count": "viewers",
                "comment_delete": "comment_event_id",
                "creator_reply": "comment_event_id",
                "bag_update": "product_id action position",
                "product_pin": "product_id",
                "product_unpin": "product_id",
                "promo_start": "promo_id kind product_id price_minor list_price_minor currency"
                " task spend_minor",
                "promo_end": "promo_id kind product_id price_minor list_price_minor currency"
                " task spend_minor",
                "battle_start": "battle_id side",
                "battle_end": "battle_id side score result",
                "guest_join": "guest_id",
                "guest_leave": "guest_id",
                "violation": "violation_id violation_type policy severity action",
                "moderation_action": "action target_viewer_id",
            },
        ),
        *_types(
            "LV",
            {
                "impression": "is_paid",
                "room_enter": "view_id is_paid referrer_live_id",
                "room_leave": "view_id",
                "comment": "length is_question source",
                "like": "count",
                "share": "target",
                "follow": "source",
                "product_impression": "product_id surface",
                "product_click": "product_id surface",
                "add_to_cart": "product_id sku_id",
                "order": "order_id sku_id product_id quantity amount_minor currency sales_model",
                "order_status": "order_id sku_id status",
                "giveaway_entry": "promo_id",
                "gift": "gift_id quantity coins diamonds coin_source",
                "coin_drop": "coins",
                "user_report": "reason",
                "notification_sent": "kind",
                "notification_open": "kind",
            },
        ),
        *_types(
            "CV",
            {
                "unfollow": "",
                "team_join": "",
                "team_leave": "",
                "live_event_registration": "live_event_id",
            },
        ),
        *_types(
            "C",
            {
                "league_snapshot": "league rank",
                "follower_count": "followers",
                "live_event_created": "live_event_id scheduled_ts",
                "promo_post": "video_id views hashtags",
            },
        ),
    )
}

KNOWN_TYPES = ", ".join(literal(name) for name in EVENT_TYPES)
"""The names of EVENT_TYPES as they stand between the brackets of an `in`."""

# A line that nests deeper is malformed, whichever parser reads it.
MAX_DEPTH = 500
MAX_ID_LENGTH = 64
EARLIEST_EVENT = "2016-01-01 00:00:00"
LATEST_EVENT_AHEAD_HOURS = 24

EVENT_COLUMNS: dict[str, str] = {
    "file_id": "INTEGER",
    **{field.name: DUCKDB_TYPES[field.kind] for field in FIELDS.values()},
}
