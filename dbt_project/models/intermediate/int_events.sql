-- Every event of every source, in one shape.
-- Grain: one row per source and event_id.
{{ config(materialized='view') }}

with dump_events as (
    select * from {{ ref('stg_dump__events') }}
),

webcast_events as (
    select * from {{ ref('stg_webcast__events') }}
)

select * from dump_events
union all
select
    source,
    event_id,
    event_type,
    live_id,
    creator_id,
    viewer_id,
    market,
    channel,
    is_follower,
    view_id,
    is_paid,
    cast(null as string) as referrer_live_id,
    cast(null as string) as title,
    cast(null as string) as category,
    cast(null as string) as device,
    cast(null as string) as language,
    cast(null as string) as live_event_id,
    cast(null as string) as sponsor,
    viewers,
    total_viewers,
    followers,
    cast(null as string) as video_id,
    cast(null as bigint) as video_views,
    comment_length,
    is_question,
    origin,
    comment_event_id,
    tap_count,
    likes_room_total,
    cast(null as string) as share_target,
    product_id,
    cast(null as string) as surface,
    cast(null as bigint) as bag_position,
    action,
    cast(null as string) as sku_id,
    cast(null as string) as order_id,
    quantity,
    cast(null as bigint) as amount_minor,
    cast(null as string) as currency,
    cast(null as string) as sales_model,
    cast(null as string) as order_status,
    cast(null as string) as promo_id,
    cast(null as string) as kind,
    cast(null as string) as promo_task,
    cast(null as bigint) as price_minor,
    cast(null as bigint) as list_price_minor,
    cast(null as bigint) as spend_minor,
    gift_id,
    gift_coins,
    coins,
    diamonds,
    coin_source,
    battle_id,
    side,
    score,
    result,
    cast(null as string) as league,
    cast(null as bigint) as league_rank,
    cast(null as string) as guest_id,
    cast(null as string) as violation_id,
    cast(null as string) as violation_type,
    cast(null as string) as policy,
    cast(null as string) as severity,
    target_viewer_id,
    cast(null as string) as reason,
    event_ts,
    received_ts,
    cast(null as timestamp) as scheduled_ts
from webcast_events
