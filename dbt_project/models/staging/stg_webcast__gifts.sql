-- Gifts of the webcast feed, the frames of a streak collapsed to the one gift that was sent.
-- Grain: one row per settled gift: live_id, viewer_id, gift_id and group_id, or a single message.

with messages as (
    select * from {{ source('raw', 'webcast_messages') }}
),

-- A gift list's price holds from its date to the next one's, the first also before.
prices as (
    select
        gift_id,
        coins,
        case
            when lag(valid_from) over gift is null then date '0001-01-01' else valid_from
        end as from_date,
        coalesce(lead(valid_from) over gift, date '9999-12-31') as to_date
    from {{ ref('stg_reference__gifts') }}
    window gift as (partition by gift_id order by valid_from)
),

-- A group_id is the streak's start in ms: two viewers can share one, so it is no key by itself.
-- Gifts that cannot streak carry none, and each of their messages is a gift. The copy of a gift
-- inside a room pin is of another kind and never comes here.
frames as (
    select
        *,
        coalesce(group_id, event_id) as streak_id
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
        max(diamond_count) as message_coins,
        coalesce(
            max(repeat_count) filter (where is_repeat_end), max(repeat_count)
        ) as last_count,
        max(group_count) as gifts_per_tap,
        count(*) as frames,
        bool_or(is_follower) as is_follower,
        bool_or(coalesce(is_repeat_end, false)) as has_end_frame,
        max(event_ts) as event_ts,
        max(received_ts) as received_ts
    from frames
    group by live_id, viewer_id, gift_id, streak_id
),

-- A message says of itself that a gift was sent: never less than one.
gifts as (
    select
        *,
        greatest(coalesce(last_count, 1), 1) * greatest(coalesce(gifts_per_tap, 1), 1) as quantity
    from streaks
),

-- The message's own price, else the gift list's.
priced as (
    select
        gifts.*,
        coalesce(gifts.message_coins, prices.coins) as gift_coins
    from gifts
    left join prices
        on
            gifts.gift_id = prices.gift_id
            and cast(gifts.event_ts as date) >= prices.from_date
            and cast(gifts.event_ts as date) < prices.to_date
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
    received_ts
from priced
