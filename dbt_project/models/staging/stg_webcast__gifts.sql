-- Gifts of the webcast feed, the frames of a streak collapsed to the one gift that was sent.
-- Grain: one row per settled gift: live_id, viewer_id, gift_id and group_id, or a single message.

with messages as (
    select * from {{ source('raw', 'webcast_messages') }}
),

-- A group_id is the streak's start in ms: two viewers can share one, so it is no key by itself.
-- Gifts that cannot streak carry none, and each of their messages is a gift. The copy of a gift
-- inside a room pin is of another kind and never comes here.
frames as (
    select
        *,
        coalesce(group_id, event_id) as streak_id,
    from messages
    where kind = 'gift'
),

-- Every frame repeats the streak's count so far; the end frame closes it, but gets lost at times.
streaks as (
    select
        live_id,
        viewer_id,
        gift_id,
        streak_id,
        min(event_id) as event_id,
        min(group_id) as group_id,
        min(gift_name) as gift_name,
        min(receiver_id) as receiver_id,
        max(diamond_count) as gift_coins,
        coalesce(
            max(repeat_count) filter (where is_repeat_end), max(repeat_count)
        ) as last_count,
        max(group_count) as gifts_per_tap,
        count(*) as frames,
        bool_or(is_follower) as is_follower,
        bool_or(coalesce(is_repeat_end, false)) as has_end_frame,
        max(event_ts) as event_ts,
        max(received_ts) as received_ts,
    from frames
    group by live_id, viewer_id, gift_id, streak_id
),

-- A message says of itself that a gift was sent: never less than one.
gifts as (
    select
        *,
        greatest(coalesce(last_count, 1), 1) * greatest(coalesce(gifts_per_tap, 1), 1) as quantity,
    from streaks
)

select
    -- keys
    event_id,
    live_id,
    viewer_id,
    gift_id,
    group_id,

    -- attributes
    gift_name,
    receiver_id,

    -- measures
    quantity,
    gift_coins,
    gift_coins * quantity as coins,
    frames,

    -- flags
    is_follower,
    has_end_frame,

    -- times
    event_ts,
    received_ts,
from gifts
