-- Who sent gifts in which LIVE while it ran.
-- Grain: one row per live_id and viewer_id with a gift.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with acts as (
    select * from {{ ref('int_acts') }}
    where event_type = 'gift' and phase = 'in_live' and viewer_id is not null and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
)

select
    acts.live_id,
    acts.viewer_id,
    lives.creator_id,
    lives.report_date,
    {{ whole(strict_sum('acts.diamonds')) }} as diamonds,
    min(acts.event_ts) as first_gift_ts,
    max(acts.event_ts) as last_gift_ts
from acts
inner join lives on acts.live_id = lives.live_id
group by acts.live_id, acts.viewer_id, lives.creator_id, lives.report_date
