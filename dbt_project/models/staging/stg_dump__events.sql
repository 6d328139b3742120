-- Events of the dumps in the one shape that all sources share.
-- Grain: one row per event_id.

with events as (
    select * from {{ source('raw', 'events') }}
)

select
    -- keys
    'events' as source,
    event_id,
    event_type,
    live_id,
    creator_id,
    viewer_id,

    -- who and from where
    market,
    case
        when channel in (
                'fyp', 'following', 'inbox', 'search', 'profile', 'short_video', 'share',
                'live_event', 'shop', 'ads', 'other'
            ) then channel
        when channel is not null then 'other'
    end as channel,
    is_follower,
    view_id,
    is_paid,
    referrer_live_id,

    -- the room
    title,
    category,
    device,
    language,
    live_event_id,
    sponsor,
    viewers,
    cast(null as bigint) as total_viewers,
    followers,
    video_id,
    views as video_views,

    -- engagement
    length as comment_length,
    is_question,
    source as origin,
    comment_event_id,
    -- an event without a count is one tap
    case when event_type = 'like' then coalesce(count, 1) end as tap_count,
    cast(null as bigint) as likes_room_total,
    target as share_target,

    -- commerce
    product_id,
    surface,
    position as bag_position,
    action,
    sku_id,
    order_id,
    quantity,
    amount_minor,
    currency,
    sales_model,
    status as order_status,
    promo_id,
    kind,
    task as promo_task,
    price_minor,
    list_price_minor,
    spend_minor,

    -- gifts
    gift_id,
    cast(null as bigint) as gift_coins,
    coins,
    diamonds,
    coin_source,

    -- battles, leagues, guests, safety
    battle_id,
    side,
    score,
    result,
    league,
    rank as league_rank,
    guest_id,
    violation_id,
    violation_type,
    policy,
    severity,
    target_viewer_id,
    reason,

    -- times
    event_ts,
    received_ts,
    scheduled_ts
from events
