-- Peak concurrent viewers from views or, where leaves are unknown, samples; with their watch time.
-- Grain: one row per live_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where {{ is_rebuilt() }}
),

segments as (
    select * from {{ ref('int_segments') }}
    where {{ is_rebuilt() }}
),

samples as (
    select * from {{ ref('int_events') }}
    where event_type = 'viewer_count' and {{ is_rebuilt() }}
),

sampled_watch as (
    select * from {{ ref('int_sampled_watch') }}
),

counted as (
    select
        live_id,
        max(concurrent) as pcu
    from segments
    group by live_id
),

sampled as (
    select
        live_id,
        max(viewers) as pcu
    from samples
    group by live_id
)

select
    lives.live_id,
    case when lives.has_leaves then coalesce(counted.pcu, 0) else sampled.pcu end as pcu,
    not lives.has_leaves as pcu_is_sampled,
    sampled_watch.total_watch_sec_est,
    sampled_watch.sampled_sec
from lives
left join counted on lives.live_id = counted.live_id
left join sampled on lives.live_id = sampled.live_id
left join sampled_watch on lives.live_id = sampled_watch.live_id
