-- Who sent gifts in which LIVE while it ran, and what they came to.
-- Grain: one row per live_id and viewer_id with a gift.
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], lists=['creator_id']) }}

with acts as (
    select * from {{ ref('int_acts') }}
    where event_type = 'gift' and phase = 'in_live' and viewer_id is not null and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

gifters as (
    select
        live_id,
        viewer_id,
        {{ aggregated_measures('G') }},
        min(event_ts) as first_gift_ts,
        max(event_ts) as last_gift_ts
    from acts
    group by live_id, viewer_id
)

select
    gifters.live_id,
    gifters.viewer_id,
    lives.creator_id,
    lives.report_date,
    gifters.gift_events_settled,
    {{ whole('gifters.gifts_sent') }} as gifts_sent,
    {{ whole('gifters.coins_spent') }} as coins_spent,
    {{ whole('gifters.diamonds') }} as diamonds,
    gifters.first_gift_ts,
    gifters.last_gift_ts
from gifters
inner join lives on gifters.live_id = lives.live_id
