"""Events of one type as columns, and the fields that the contract gives each type.

Belongs here: the shape of a batch and the payload of every event type.
Does not belong here: how a batch comes about, and how it is spelled in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.ids import IntArray

Column = npt.NDArray[Any]

CHANNELS = (
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
)
CHANNEL = {name: code for code, name in enumerate(CHANNELS)}

_SOURCE = ("organic", "giveaway")
_SURFACE = ("pin", "bag")
_ORDER = {"order_id": "id", "sku_id": "id"}
# Kinds: "int", "bool", "id" (digits as a string), "text", or the words that a code stands for.
PAYLOADS: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    "live_start": {
        "title": "text",
        "category": "text",
        "device": "text",
        "language": "text",
        "live_event_id": "id",
        "sponsor": "text",
    },
    "live_pause": {},
    "live_resume": {},
    "live_end": {"reason": "text"},
    "impression": {"is_paid": "bool"},
    "room_enter": {"view_id": "id", "is_paid": "bool", "referrer_live_id": "id"},
    "room_leave": {"view_id": "id"},
    "viewer_count": {"viewers": "int"},
    "comment": {"length": "int", "is_question": "bool", "source": _SOURCE},
    "comment_delete": {"comment_event_id": "id"},
    "creator_reply": {"comment_event_id": "id"},
    "like": {"count": "int"},
    "share": {"target": ("whatsapp", "line", "copy_link", "instagram")},
    "follow": {"source": _SOURCE},
    "unfollow": {},
    "bag_update": {"product_id": "id", "action": "text", "position": "int"},
    "product_pin": {"product_id": "id"},
    "product_unpin": {"product_id": "id"},
    "product_impression": {"product_id": "id", "surface": _SURFACE},
    "product_click": {"product_id": "id", "surface": _SURFACE},
    "add_to_cart": {"product_id": "id", "sku_id": "id"},
    "order": {
        **_ORDER,
        "product_id": "id",
        "quantity": "int",
        "amount_minor": "int",
        "currency": ("JPY", "USD", "GBP"),
        "sales_model": ("own", "affiliate"),
    },
    "order_status": {**_ORDER, "status": ("paid", "cancelled", "refunded")},
    "promo_start": {
        "promo_id": "id",
        "kind": "text",
        "product_id": "id",
        "price_minor": "int",
        "list_price_minor": "int",
        "currency": "text",
        "task": "text",
        "spend_minor": "int",
    },
    "promo_end": {"promo_id": "id", "kind": "text", "product_id": "id"},
    "giveaway_entry": {"promo_id": "id"},
    "gift": {
        "gift_id": "id",
        "quantity": "int",
        "coins": "int",
        "diamonds": "int",
        "coin_source": ("purchased", "coin_drop", "promo"),
    },
    "coin_drop": {"coins": "int"},
    "team_join": {},
    "team_leave": {},
    "battle_start": {"battle_id": "id", "side": "int"},
    "battle_end": {"battle_id": "id", "side": "int", "score": "int", "result": "text"},
    "guest_join": {"guest_id": "id"},
    "guest_leave": {"guest_id": "id"},
    "violation": {
        "violation_id": "id",
        "violation_type": "text",
        "policy": "text",
        "severity": "text",
        "action": "text",
    },
    "moderation_action": {"action": ("mute", "block", "delete"), "target_viewer_id": "id"},
    "user_report": {"reason": ("spam", "harassment", "counterfeit")},
    "league_snapshot": {"league": "text", "rank": "int"},
    "follower_count": {"followers": "int"},
    "live_event_created": {"live_event_id": "id", "scheduled_ts": "text"},
    "live_event_registration": {"live_event_id": "id"},
    "notification_sent": {"kind": ("push", "inbox")},
    "notification_open": {"kind": ("push", "inbox")},
    "promo_post": {"video_id": "id", "views": "int", "hashtags": "text"},
}


@dataclass(frozen=True)
class Batch:
    """Events of one type. Positions, not ids; -1 is absent, everywhere but in text (None).

    `live` and `creator` are positions in the plan and the world, `ts` is microseconds UTC.
    """

    event_type: str
    ts: IntArray
    creator: IntArray
    live: IntArray | None = None
    viewer: IntArray | None = None
    channel: IntArray | None = None
    is_follower: IntArray | None = None
    payload: Mapping[str, Column] = field(default_factory=dict)
    event_ids: IntArray | None = None

    def __len__(self) -> int:
        return len(self.ts)

    def until(self, horizon_us: int) -> Batch:
        """The part of the batch that happened up to `horizon_us`."""
        keep = self.ts <= horizon_us
        if bool(np.all(keep)):
            return self

        def cut(column: IntArray | None) -> IntArray | None:
            return None if column is None else column[keep]

        return Batch(
            self.event_type,
            self.ts[keep],
            self.creator[keep],
            cut(self.live),
            cut(self.viewer),
            cut(self.channel),
            cut(self.is_follower),
            {name: column[keep] for name, column in self.payload.items()},
            cut(self.event_ids),
        )
