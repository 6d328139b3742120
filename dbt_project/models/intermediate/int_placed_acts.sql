-- Acts of viewers in a LIVE, each with the channel and follower status of its view.
-- Grain: one row per order line or other act; impressions and entries carry their own channel.
{{ config(materialized='view') }}

with events as (
    select * from {{ ref('int_events') }}
    where {{ is_rebuilt() }}
),

-- Plain comparisons only: an `or` in a range join makes the engine compare every pair.
entries as (
    select
        *,
        coalesce(next_entered_ts, timestamp '9999-12-31 00:00:00') as owned_until_ts
    from {{ ref('int_room_entries') }}
    where is_in_live and {{ is_rebuilt() }}
),

order_lines as (
    select * from {{ ref('int_order_lines') }}
    where {{ is_rebuilt() }}
),

-- Acts that carry nothing of a view yet; an order line stands for all its order events.
plain_acts as (
    select
        live_id,
        event_type,
        event_id,
        viewer_id,
        market as viewer_market,
        event_ts,
        product_id,
        cast(null as string) as order_id,
        origin,
        coin_source,
        is_question,
        comment_event_id,
        tap_count,
        likes_room_total,
        coalesce(quantity, 1) as quantity,
        coins,
        diamonds,
        cast(null as decimal(18, 2)) as gmv,
        cast(null as timestamp) as paid_ts
    from events
    where
        event_type not in (
            'impression', 'room_enter', 'room_leave', 'live_start', 'live_end', 'order',
            'order_status'
        )
    union all
    select
        live_id,
        'order' as event_type,
        event_id,
        viewer_id,
        viewer_market,
        event_ts,
        product_id,
        order_id,
        cast(null as string) as origin,
        cast(null as string) as coin_source,
        cast(null as boolean) as is_question,
        cast(null as string) as comment_event_id,
        cast(null as bigint) as tap_count,
        cast(null as bigint) as likes_room_total,
        quantity,
        cast(null as bigint) as coins,
        cast(null as bigint) as diamonds,
        gmv,
        paid_ts
    from order_lines
)

-- The viewer's latest view with start <= t <= end; acts of no view keep the channel unknown.
select
    plain_acts.*,
    coalesce(entries.channel, 'unknown') as channel,
    entries.is_follower,
    cast(null as boolean) as is_paid,
    cast(null as bigint) as watch_us
from plain_acts
left join entries
    on
        plain_acts.live_id = entries.live_id
        and plain_acts.viewer_id = entries.viewer_id
        and entries.entered_ts <= plain_acts.event_ts
        and entries.ended_ts >= plain_acts.event_ts
        and entries.owned_until_ts > plain_acts.event_ts
