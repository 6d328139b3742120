"""Webcast capture lines become typed rows, in one SELECT that DuckDB runs over a whole file.

What belongs here: the three dialects in which capture libraries write the same message, where each
quantity sits in each of them, and which lines cannot be used. What does not: reading files,
dropping duplicates and the load log (load.py), and meaning that spans messages, such as one gift
made of many frames (dbt, staging).

A line is a message, or a wrapper `{event|method, room_id, host_unique_id|creator_id, received_at,
data}` around one. The dialect is seen from the message itself: `common` is protobuf JSON ("v3"),
`baseMessage` is TikTokLive for Python 6 ("python6"), neither is the flattened first version ("v1"),
whose type, room and often time stand only in the wrapper. Protobuf JSON leaves out zero, false and
empty, so in those two dialects a missing count is 0, not unknown.

A message's text and the names of people are read to measure them and never stored.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

RAW_COLUMNS: dict[str, str] = {
    "file_id": "INTEGER",
    # the message
    "event_id": "VARCHAR",
    "kind": "VARCHAR",
    "is_modelled": "BOOLEAN",
    "method": "VARCHAR",
    "dialect": "VARCHAR",
    "event_ts": "TIMESTAMP",
    "event_ts_source": "VARCHAR",
    "received_ts": "TIMESTAMP",
    # the room and who acts in it
    "live_id": "VARCHAR",
    "host_id": "VARCHAR",
    "capture_host_id": "VARCHAR",
    "host_handle": "VARCHAR",
    "viewer_id": "VARCHAR",
    "is_follower": "BOOLEAN",
    "display_key": "VARCHAR",
    # comment, comment_delete, room_pin
    "comment_length": "BIGINT",
    "is_question": "BOOLEAN",
    "deleted_event_id": "VARCHAR",
    "deleted_viewer_id": "VARCHAR",
    "pinned_event_id": "VARCHAR",
    "pin_action": "VARCHAR",
    # gift
    "gift_id": "VARCHAR",
    "gift_name": "VARCHAR",
    "gift_type": "BIGINT",
    "diamond_count": "BIGINT",
    "repeat_count": "BIGINT",
    "is_repeat_end": "BOOLEAN",
    "group_id": "VARCHAR",
    "group_count": "BIGINT",
    "receiver_id": "VARCHAR",
    # like, viewer_stats, join, follow, share, control
    "like_count": "BIGINT",
    "like_total": "BIGINT",
    "viewers_now": "BIGINT",
    "viewers_total": "BIGINT",
    "enter_source": "VARCHAR",
    "follower_count": "BIGINT",
    "share_count": "BIGINT",
    "control_action": "VARCHAR",
    # treasure_box
    "box_id": "VARCHAR",
    "box_display": "VARCHAR",
    "box_coins": "BIGINT",
    "box_people": "BIGINT",
    # battle, battle_score
    "battle_id": "VARCHAR",
    "battle_action": "VARCHAR",
    "battle_start_ts": "TIMESTAMP",
    "battle_duration_sec": "BIGINT",
    "battle_host_id": "VARCHAR",
    "battle_side_1_id": "VARCHAR",
    "battle_side_1_score": "BIGINT",
    "battle_side_1_result": "VARCHAR",
    "battle_side_2_id": "VARCHAR",
    "battle_side_2_score": "BIGINT",
    "battle_side_2_result": "VARCHAR",
    "battle_side_3_id": "VARCHAR",
    "battle_side_3_score": "BIGINT",
    "battle_side_3_result": "VARCHAR",
    "battle_side_4_id": "VARCHAR",
    "battle_side_4_score": "BIGINT",
    "battle_side_4_result": "VARCHAR",
    # subscription, shop_card, goal
    "subscription_months": "BIGINT",
    "product_id": "VARCHAR",
    "product_title": "VARCHAR",
    "goal_id": "VARCHAR",
    "goal_coins": "BIGINT",
}
"""Column -> DuckDB type of batch.webcast_messages and raw.webcast_messages, in order."""

EARLIEST = datetime(2016, 1, 1, tzinfo=UTC)
"""Events before this instant are a clock's mistake (the contract's bound)."""

_END_OF_TIME = datetime(2100, 1, 1, tzinfo=UTC)

# The type's name in the message or the wrapper, lower case, without webcast/message/event/method.
_KIND_OF_NAME = {
    "comment": ("chat", "comment"),
    "emote": ("emotechat", "emote"),
    "gift": ("gift",),
    "like": ("like",),
    "join": ("member", "join"),
    "viewer_stats": ("roomuserseq", "roomuser", "userseq"),
    "control": ("control", "streamend", "liveend"),
    "treasure_box": ("envelope",),
    "battle": ("linkmicbattle",),
    "battle_score": ("linkmicarmies",),
    "subscription": ("subnotify", "subscribe"),
    "shop_card": ("oecliveshopping",),
    "question": ("questionnew",),
    "comment_delete": ("imdelete",),
    "room_pin": ("roompin",),
    "goal": ("goalupdate",),
}

_USER_KINDS = ("comment", "emote", "gift", "like", "join", "follow", "share")


@dataclass(frozen=True)
class _Field:
    """Where one quantity stands: paths in order of preference, over all dialects.

    `kinds` names the messages in which the quantity has this meaning (`count` is taps in a like
    and nothing of the sort elsewhere); none means every message.
    """

    name: str
    form: str  # 'id' | 'count' | 'flag' | 'time' | 'text'
    paths: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    zero_when_left_out: bool = False  # protobuf JSON says 0 by saying nothing


def _user(*ends: str) -> tuple[str, ...]:
    holders = ("user", "fromUser", "userInfo", "data.user")
    return tuple(f"{holder}.{end}" for end in ends for holder in holders)


_TEAM_MEMBER = tuple(
    f"{head}.displayText.{pieces}[0].userValue.user.{end}"
    for head, pieces in (("common", "pieces"), ("baseMessage", "piecesList"))
    for end in ("idStr", "id")
)

_FIELDS = (
    # Prefer the *_str twin of an id: the plain one may have gone through a double.
    _Field("event_id", "id", ("common.msgId", "baseMessage.messageId", "msgId")),
    _Field("live_id", "id", ("common.roomId", "baseMessage.roomId", "roomId", "^room_id")),
    _Field("capture_host_id", "id", ("^creator_id",)),
    _Field(
        "viewer_id",
        "id",
        (*_user("idStr", "id"), "userIdStr", "userId"),
        (*_USER_KINDS, "question", "subscription"),
    ),
    _Field("team_viewer_id", "id", _TEAM_MEMBER, ("team_join",)),
    _Field(
        "box_viewer_id",
        "id",
        ("envelopeInfo.sendUserIdStr", "envelopeInfo.sendUserId", "userId"),
        ("treasure_box",),
    ),
    _Field("goal_viewer_id", "id", ("contributorIdStr", "contributorId"), ("goal",)),
    _Field("anchor_id", "id", ("monitorInfo.anchorId",), ("gift",)),
    _Field("followed_id", "id", ("shareTarget",), ("follow",)),
    _Field(
        "deleted_event_id", "id", ("deleteMsgIds[0]", "deleteMsgIdsList[0]"), ("comment_delete",)
    ),
    _Field(
        "deleted_viewer_id", "id", ("deleteUserIds[0]", "deleteUserIdsList[0]"), ("comment_delete",)
    ),
    _Field("pinned_event_id", "id", ("pinMsgId",), ("room_pin",)),
    _Field("gift_id", "id", ("giftId", "gift.id", "mGift.id", "gift.gift_id"), ("gift",)),
    _Field("group_id", "id", ("groupId",), ("gift",)),
    _Field(
        "receiver_id",
        "id",
        ("monitorInfo.toUserId", "toUser.idStr", "toUser.id", "receiverUserId"),
        ("gift",),
    ),
    _Field("box_id", "id", ("envelopeInfo.envelopeId",), ("treasure_box",)),
    _Field("battle_id", "id", ("battleId",), ("battle", "battle_score")),
    _Field("product_id", "id", ("popProduct.productId",), ("shop_card",)),
    _Field("goal_id", "id", ("goal.idStr", "goal.id"), ("goal",)),
    # counts
    _Field(
        "gift_type", "count", ("gift.type", "mGift.type", "giftType", "gift.gift_type"), ("gift",)
    ),
    _Field(
        "diamond_count",
        "count",
        ("gift.diamondCount", "mGift.diamondCount", "diamondCount"),
        ("gift",),
    ),
    _Field("repeat_count", "count", ("repeatCount", "gift.repeat_count"), ("gift",), True),
    _Field("group_count", "count", ("groupCount",), ("gift",)),
    _Field("like_count", "count", ("count", "likeCount"), ("like",), True),
    _Field("like_total", "count", ("total", "totalLikeCount"), ("like",)),
    _Field("viewers_in_room", "count", ("total", "mTotal", "viewerCount"), ("viewer_stats",), True),
    _Field("viewers_at_join", "count", ("memberCount",), ("join",)),
    _Field("viewers_total", "count", ("totalUser", "mTotalUser"), ("viewer_stats",)),
    _Field("follower_count", "count", ("followCount",), ("follow",)),
    _Field("share_count", "count", ("shareCount",), ("share",)),
    _Field("box_coins", "count", ("envelopeInfo.diamondCount", "coins"), ("treasure_box",)),
    _Field("box_people", "count", ("envelopeInfo.peopleCount", "canOpen"), ("treasure_box",)),
    _Field(
        "battle_duration_sec",
        "count",
        ("battleSettings.duration", "battleSetting.duration"),
        ("battle", "battle_score"),
    ),
    _Field("subscription_months", "count", ("subMonth",), ("subscription",)),
    _Field("goal_coins", "count", ("contributeScore",), ("goal",)),
    # flags and times
    _Field("is_repeat_end", "flag", ("repeatEnd", "gift.repeat_end"), ("gift",), True),
    _Field("is_follower_said", "flag", ("userIdentity.isFollowerOfAnchor",), _USER_KINDS),
    _Field(
        "created_ts",
        "time",
        (
            "common.createTime",
            "baseMessage.createTime",
            "createTime",
            "timestamp",
            "data.createTime",
            "envelopeInfo.createAt",
        ),
    ),
    _Field(
        "battle_start_ts",
        "time",
        ("battleSettings.startTimeMs", "battleSetting.startTimeMs"),
        ("battle", "battle_score"),
    ),
    # texts; those without a column of their name serve to derive one
    _Field("host_handle", "text", ("^host_unique_id",)),
    _Field("received", "text", ("^received_at",)),
    _Field(
        "display_key",
        "text",
        ("common.displayText.key", "baseMessage.displayText.key", "displayType", "^display_key"),
    ),
    _Field("action", "text", ("action",)),
    _Field("scene", "text", ("scene",)),
    _Field("pin_mark", "text", ("pinMsgId",)),
    _Field("spoken_text", "text", ("content", "comment"), ("comment",)),
    _Field(
        "follow_status",
        "text",
        (*_user("followInfo.followStatus"), "followInfo.followStatus", "followRole"),
        _USER_KINDS,
    ),
    _Field("gift_name", "text", ("gift.name", "mGift.name", "giftName"), ("gift",)),
    _Field("enter_source", "text", ("clientEnterSource",), ("join",)),
    _Field("box_display", "text", ("display",), ("treasure_box",)),
    _Field("product_title", "text", ("popProduct.title",), ("shop_card",)),
)

# An id that was a double: a fraction, or a mantissa with an exponent. A hexadecimal pseudonym such
# as 12e45 must not look like one, hence the `+` or the single digit in front of a bare exponent.
# Neither is an object, a list or more than 64 bytes an id.
_NO_ID = (
    r"^-?[0-9]+\.[0-9]+([eE][+-]?[0-9]+)?$|^-?[0-9]+[eE]\+[0-9]+$|^-?[1-9][eE][0-9]{1,3}$"
    r"|^[{\[]"
)
_COUNT = r"^[0-9]{1,18}(\.0)?$"


class _Message:
    """The part of a message that is read, as the nested structure that one parse of it yields."""

    def __init__(self, parts: dict[str, object]) -> None:
        self._tree = dict(parts)

    def text(self, path: str) -> str:
        """The SQL that reads one path as text; `^` leads to the wrapper, `[0]` into a list."""
        if path.startswith("^"):
            return f"wrapper.{path[1:]}"
        node, steps = self._tree, path.split(".")
        for step in steps[:-1]:
            name = step.removesuffix("[0]")
            inner = node.setdefault(name, [{}] if step.endswith("[0]") else {})
            node = inner[0] if isinstance(inner, list) else inner  # type: ignore[assignment]
        last = steps[-1].removesuffix("[0]")
        node.setdefault(last, ["VARCHAR"] if steps[-1].endswith("[0]") else "VARCHAR")
        return "message." + path.replace("[0]", "[1]")

    def parse(self) -> str:
        """The SQL that parses a line, wrapped or not, into the structure of all paths read."""
        whole, wrapped = json.dumps(self._tree), json.dumps({"data": self._tree})
        return (
            f"case when is_wrapped then from_json(line, '{wrapped}').data"
            f" else from_json(line, '{whole}') end"
        )


_WRAPPER = json.dumps(
    dict.fromkeys(
        (
            "event",
            "method",
            "room_id",
            "creator_id",
            "host_unique_id",
            "received_at",
            "display_key",
        ),
        "VARCHAR",
    )
)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _in(column: str, values: Sequence[str]) -> str:
    return f"{column} in ({', '.join(_literal(value) for value in values)})"


def _timestamp(moment: datetime) -> str:
    return f"timestamp '{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"


def _coalesce(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _epoch_ts(number: str) -> str:
    """A DOUBLE count of seconds, milliseconds or microseconds as UTC, told apart by its size.

    1e12 is the year 33658 in seconds and 2001 in milliseconds, 1e14 is 5138 in milliseconds and
    1973 in microseconds. A double keeps whole microseconds until the year 2255.
    """
    return (
        f"make_timestamp(cast(round({number} * case when {number} < 0 or {number} >= 1e17"
        f" then null when {number} < 1e12 then 1e6 when {number} < 1e14 then 1e3 else 1 end)"
        " as bigint))"
    )


_HAS_ZONE = r"[0-9]:[0-9.,]+ ?(Z|z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$"


def _instant(text: str) -> str:
    """An epoch number, or ISO text with an offset, as UTC; NULL for anything else.

    `text` is a column with a DOUBLE beside it. DuckDB's cast to TIMESTAMP drops an offset in
    silence, so ISO text goes over TIMESTAMPTZ.
    """
    return (
        f"case when {text}_number is not null then {_epoch_ts(text + '_number')}"
        f" when regexp_matches({text}, {_literal(_HAS_ZONE)})"
        f" then make_timestamp(epoch_us(try_cast({text} as timestamptz))) end"
    )


def _when(kinds: Sequence[str], value: str) -> str:
    return f"case when {_in('kind', kinds)} then {value} end" if kinds else value


def _chosen(field: _Field, message: _Message) -> str:
    """The text of one field: the first path that says anything, in the messages it belongs to."""
    texts = [message.text(path) for path in field.paths]
    if field.form in ("id", "time"):  # here empty and zero mean "not said"
        texts = [f"nullif(nullif({text}, ''), '0')" for text in texts]
    return f"{_when(field.kinds, _coalesce(texts))} as {field.name}_text"


def _typed(field: _Field) -> list[str]:
    """The SELECT items of one field: its value, and `bad_<field>` where it can be wrong."""
    name, text = field.name, f"{field.name}_text"
    when_left_out = (
        f" when {text} is null and dialect <> 'v1' and {_in('kind', field.kinds)} then "
        if field.zero_when_left_out
        else ""
    )
    if field.form == "id":
        wrong = (
            f"coalesce(strlen({text}) > 64 or regexp_matches({text}, {_literal(_NO_ID)}), false)"
        )
        return [f"case when not {wrong} then {text} end as {name}", f"{wrong} as bad_{name}"]
    if field.form == "count":
        good = f"regexp_matches({text}, {_literal(_COUNT)})"
        value = f"case when {good} then cast(split_part({text}, '.', 1) as bigint)"
        return [
            f"{value}{when_left_out and when_left_out + '0'} end as {name}",
            f"coalesce(not {good}, false) as bad_{name}",
        ]
    if field.form == "flag":
        value = f"case when {text} in ('true', '1') then true when {text} in ('false', '0')"
        return [f"{value} then false{when_left_out and when_left_out + 'false'} end as {name}"]
    if field.form == "time":
        return [f"{_instant(text)} as {name}"]
    return [f"{text} as {name}"]


def _kind(message: _Message) -> str:
    """Our word for the message's type; NULL for a type that is not modelled."""
    key = _coalesce(
        [
            message.text(path)
            for path in (
                "common.displayText.key",
                "baseMessage.displayText.key",
                "displayType",
                "^display_key",
            )
        ]
    )
    action, event = message.text("action"), message.text("^event")
    named = "\n            ".join(
        f"when {_in('type_name', names)} then '{kind}'" for kind, names in _KIND_OF_NAME.items()
    )
    # `..._viewer_5_share` says that five viewers came through a share: not a share by anybody.
    return f"""case
            when {message.text("pinMsgId")} is not null then 'room_pin'
            {named}
            when {_in("type_name", ("social", "follow", "share"))} then case
                when regexp_matches({key}, 'viewer_[0-9]+_share') then 'share_joins'
                when {key} like '%follow%' then 'follow'
                when {key} like '%share%' then 'share'
                when {action} in ('1', 'FOLLOW') then 'follow'
                when {action} in ('3', 'SHARE') then 'share'
                when type_name in ('follow', 'share') then type_name
                when lower({event}) in ('follow', 'share') then lower({event})
            end
            when type_name = 'room' and {message.text("scene")} = 'user_join_fans' then 'team_join'
        end"""


# A battle's sides, as maps keyed by the host's id (v3) or a list (v1), teams, and hosts by handle.
_BATTLE_PARTS: dict[str, object] = {
    "battleResult": "MAP(VARCHAR, STRUCT(score VARCHAR, result VARCHAR))",
    "teamBattleResult": [
        {"totalScore": "VARCHAR", "result": "VARCHAR", "teamUser": [{"userId": "VARCHAR"}]}
    ],
    "armies": "MAP(VARCHAR, STRUCT(hostscore VARCHAR))",
    "battleArmies": [{"hostUserId": "VARCHAR", "points": "VARCHAR"}],
    "anchorsInfo": [{"key": "VARCHAR", "value": {"user": {"displayId": "VARCHAR"}}}],
}

# Of teams, battleResult names one host each: every host of a team has its score and result.
_SIDES = """case kind
            when 'battle' then coalesce(
                nullif(flatten(list_transform(message.teamBattleResult, lambda team:
                    list_transform(team.teamUser, lambda host: struct_pack(
                        id := host.userId, score := team.totalScore, result := team.result)))), []),
                list_transform(map_entries(message.battleResult), lambda side: struct_pack(
                    id := side.key, score := side.value.score, result := side.value.result)))
            when 'battle_score' then coalesce(
                list_transform(map_entries(message.armies), lambda side: struct_pack(
                    id := side.key, score := side.value.hostscore, result := null::varchar)),
                list_transform(message.battleArmies, lambda side: struct_pack(
                    id := side.hostUserId, score := side.points, result := null::varchar)))
        end"""

# The host's own id, where a battle lists its hosts with the handle that the wrapper names.
_BATTLE_HOST = """case when kind = 'battle' then list_filter(message.anchorsInfo, lambda host:
            host.value.user.displayId = wrapper.host_unique_id)[1].key end"""


def _side(number: int) -> str:
    """Id, score and result of one side; the protobuf leaves out WIN, which is its zero."""
    mine = f"sides[{number}]"
    return f"""{mine}.id as battle_side_{number}_id,
        case
            when {mine} is not null and {mine}.score is null then 0
            when regexp_matches({mine}.score, {_literal(_COUNT)})
                then cast(split_part({mine}.score, '.', 1) as bigint)
        end as battle_side_{number}_score,
        case
            when {mine} is null or battle_action is distinct from 'FINISH' then null
            when {mine}.result in ('LOSE', '1') then 'loss'
            when {mine}.result in ('DRAW', '2') then 'draw'
            when coalesce({mine}.result, 'WIN') not in ('WIN', '0') then null
            when len(sides) > 1
                and len(list_filter(sides, lambda side: side.result in ('LOSE', '1'))) = 0
                and len(list_distinct(list_transform(sides, lambda side:
                    coalesce(side.score, '0')))) = 1 then 'draw'
            else 'win'
        end as battle_side_{number}_result"""


# Fields of which a wrong value spoils the row, under the name that the reject carries.
_JUDGED = {
    field.name: {
        "viewers_in_room": "viewers_now",
        "viewers_at_join": "viewers_now",
        "anchor_id": "host_id",
        "followed_id": "host_id",
        "box_viewer_id": "viewer_id",
        "goal_viewer_id": "viewer_id",
        "team_viewer_id": "viewer_id",
    }.get(field.name, field.name)
    for field in _FIELDS
    if field.form in ("id", "count") and field.name not in ("live_id",)
}

# What a message cannot do without; a count that protobuf left out is 0 by now.
_REQUIRED = {
    "gift_id": "kind = 'gift'",
    "repeat_count": "kind = 'gift'",
    "like_count": "kind = 'like'",
    "viewers_in_room": "kind = 'viewer_stats'",
    "control_action": "kind = 'control'",
}


def messages_sql(lines: str, *, latest_ts: datetime | None = None) -> str:
    """A SELECT of RAW_COLUMNS, `reject_reason` and `raw_line` over the relation `lines`.

    `lines` names a relation with `file_id INTEGER, line VARCHAR`, every line valid JSON; each gives
    one row. `reject_reason` is NULL for an accepted line, else one of `malformed_json` (not an
    object), `missing_method`, `missing_<column>`, `bad_<column>`; only then `raw_line` is set. A
    type that is not modelled is never rejected. Events later than `latest_ts` (the contract: now
    plus 24 hours) are `bad_event_ts`; without it the bound is the year 2100. The message's own
    time counts, then `received_at`; a `received_at` without a zone is the collector's local clock
    and serves, as if it were UTC, only where nothing else is there (`event_ts_source`).
    """
    message = _Message(_BATTLE_PARTS)
    kind = _kind(message)
    chosen = ",\n        ".join(_chosen(field, message) for field in _FIELDS)
    follow_info = ", ".join(
        f"message.{holder}followInfo" for holder in ("user.", "fromUser.", "userInfo.", "")
    )
    typed = ",\n        ".join(item for field in _FIELDS for item in _typed(field))
    own_method = _coalesce([message.text("common.method"), message.text("baseMessage.method")])
    wrapper_method = "wrapper.event, wrapper.method"
    derived = {
        "event_id": "coalesce(event_id, 'derived-' || md5(concat_ws(' ', method, live_id,"
        " received_text, message_text)))",
        "is_modelled": "kind is not null",
        "host_id": "coalesce(anchor_id, followed_id, battle_host_id)",
        "viewer_id": "coalesce(viewer_id, team_viewer_id, box_viewer_id, goal_viewer_id)",
        "viewers_now": "coalesce(viewers_in_room, viewers_at_join)",
    }
    columns = ",\n    ".join(
        f"{derived[column]} as {column}" if column in derived else column for column in RAW_COLUMNS
    )
    latest = _timestamp(latest_ts or _END_OF_TIME)
    missing = "\n            ".join(
        f"when {condition} and {field} is null then"
        f" 'missing_{'viewers_now' if field == 'viewers_in_room' else field}'"
        for field, condition in _REQUIRED.items()
    )
    bad = "\n            ".join(
        f"when bad_{field} then 'bad_{reason}'" for field, reason in _JUDGED.items()
    )
    # Three parses of a line: its shape, its wrapper, and everything that is read of the message.
    return f"""
with shaped as (
    select
        file_id,
        line,
        json_type(line, ['$', '$.common', '$.baseMessage', '$.data', '$.data.common',
            '$.data.baseMessage']) as types
    from {lines}
),

located as (
    select
        file_id,
        line,
        types[1] = 'OBJECT' as is_object,
        coalesce(types[2] <> 'OBJECT', true) and coalesce(types[3] <> 'OBJECT', true)
            and coalesce(types[4] = 'OBJECT', false) as is_wrapped,
        coalesce(types[2] <> 'OBJECT', true) and coalesce(types[3] <> 'OBJECT', true)
            and coalesce(types[4] <> 'OBJECT', false) as has_bad_data,
        case
            when types[2] = 'OBJECT' then 'v3'
            when types[3] = 'OBJECT' then 'python6'
            when types[5] = 'OBJECT' then 'v3'
            when types[6] = 'OBJECT' then 'python6'
            else 'v1'
        end as dialect
    from shaped
),

extracted as (
    select
        *,
        {message.parse()} as message,
        from_json(line, '{_WRAPPER}') as wrapper
    from located
),

named as (
    select
        *,
        nullif(trim(coalesce({own_method}, {wrapper_method})), '') as method
    from extracted
),

typed_by_name as (
    select
        *,
        regexp_replace(
            regexp_replace(lower(method), '^webcast', ''), '(message|event|method)$', ''
        ) as type_name
    from named
),

sorted as (
    select
        *,
        {kind} as kind
    from typed_by_name
),

chosen as (
    select
        file_id,
        line,
        is_object,
        is_wrapped,
        has_bad_data,
        dialect,
        method,
        kind,
        message.userIdentity is not null as has_identity,
        coalesce({follow_info}) is not null as has_follow_info,
        list_sort({_SIDES}) as sides,
        {_BATTLE_HOST} as battle_host_id,
        {chosen}
    from sorted
),

numbered as (
    select
        *,
        try_cast(created_ts_text as double) as created_ts_text_number,
        try_cast(battle_start_ts_text as double) as battle_start_ts_text_number,
        try_cast(received_text as double) as received_text_number
    from chosen
),

typed as (
    select
        *,
        {_instant("received_text")} as received_ts,
        try_cast(received_text as timestamp) as received_local_ts,
        {typed}
    from numbered
),

dated as (
    select
        *,
        coalesce(created_ts, received_ts, received_local_ts) as said_ts,
        said_ts between {_timestamp(EARLIEST)} and {latest} as has_good_ts
    from typed
),

meant as (
    select
        *,
        case when has_good_ts then said_ts end as event_ts,
        case
            when not has_good_ts then null
            when created_ts is not null then 'message'
            when received_ts is not null then 'received'
            when received_local_ts is not null then 'received_local'
        end as event_ts_source,
        -- SUSPENDED contains ENDED, UNPAUSED contains PAUSED
        case
            when kind <> 'control' then null
            when upper(action) like '%SUSPENDED%' or action = '4' then 'suspended'
            when upper(action) like '%UNPAUSED%' or action = '2' then 'unpaused'
            when upper(action) like '%PAUSED%' or action = '1' then 'paused'
            when upper(action) like '%ENDED%' or action = '3' then 'ended'
            when action is null and lower(method) like '%end%' then 'ended'
            else lower(action)
        end as control_action,
        case when kind = 'room_pin' then action end as pin_action,
        case when kind = 'battle' then upper(action) end as battle_action,
        case when kind = 'comment' then length(coalesce(spoken_text, '')) end as comment_length,
        case
            when kind = 'comment' then regexp_matches(coalesce(spoken_text, ''), '[?？؟]')
        end as is_question,
        case
            when is_follower_said or follow_status in ('1', '2', '3') then true
            when {_in("kind", _USER_KINDS)}
                and (has_identity or has_follow_info or follow_status is not null) then false
        end as is_follower,
        -- only where the library wrote no id: what was said, in one form
        case
            when event_id is not null then null
            when is_wrapped then cast(json_extract(line, '$.data') as varchar)
            else cast(json(line) as varchar)
        end as message_text
    from dated
),

sided as (
    select
        *,
        {_side(1)},
        {_side(2)},
        {_side(3)},
        {_side(4)}
    from meant
),

judged as (
    select
        *,
        case
            when not coalesce(is_object, false) then 'malformed_json'
            when method is null then 'missing_method'
            when kind is null then null
            when has_bad_data then 'bad_data'
            when bad_live_id then 'bad_live_id'
            when live_id is null then 'missing_live_id'
            when coalesce(created_ts_text, received_text) is null then 'missing_event_ts'
            when created_ts_text is not null and created_ts is null then 'bad_event_ts'
            when not coalesce(has_good_ts, false) then 'bad_event_ts'
            {bad}
            {missing}
        end as reject_reason
    from sided
)

select
    {columns},
    reject_reason,
    case when reject_reason is not null then line end as raw_line
from judged
"""
