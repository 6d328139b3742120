-- What happened in each slice of a LIVE on air, and how long and by how many it was watched.
-- Grain: one row per live_id and slice_start_ts.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with slices as (
    select * from {{ ref('int_slices') }}
    where {{ is_rebuilt() }}
),

segments as (
    select * from {{ ref('int_segments') }}
    where {{ is_rebuilt() }}
),

-- An act at the very end of a LIVE belongs to its last slice.
acts as (
    select
        *,
        case
            when until_end_us = 0 then event_ts - interval '1' microsecond
            else event_ts
        end as placed_ts
    from {{ ref('int_acts') }}
    where phase = 'in_live' and {{ is_rebuilt() }}
),

placed as (
    select
        slices.live_id,
        slices.slice_start_ts,
        acts.event_type,
        coalesce(acts.origin, 'organic') = 'giveaway' as is_task,
        acts.gmv,
        acts.quantity,
        acts.diamonds
    from acts
    inner join slices
        on
            acts.live_id = slices.live_id
            and date_trunc('minute', acts.placed_ts) = slices.minute_ts
            and acts.placed_ts >= slices.slice_start_ts
            and acts.placed_ts < slices.slice_end_ts
),

counted as (
    select
        live_id,
        slice_start_ts,
        count(*) filter (where event_type = 'impression') as impressions,
        count(*) filter (where event_type = 'room_enter') as views,
        count(*) filter (where event_type = 'product_click') as product_clicks,
        count(*) filter (where event_type = 'order') as sku_orders,
        sum(gmv) filter (where event_type = 'order') as gmv,
        sum(quantity) filter (where event_type = 'order') as units_sold,
        count(*) filter (where event_type = 'comment') as comments,
        count(*) filter (where event_type = 'comment' and not is_task) as organic_comments,
        count(*) filter (where event_type = 'follow') as new_follows_gross,
        count(*) filter (where event_type = 'follow' and not is_task) as organic_follows,
        sum(diamonds) filter (where event_type = 'gift') as diamonds
    from placed
    group by live_id, slice_start_ts
),

watched as (
    select
        slices.live_id,
        slices.slice_start_ts,
        sum(
            segments.concurrent
            * {{ microseconds_between(
                'greatest(segments.segment_start_ts, slices.slice_start_ts)',
                'least(segments.segment_end_ts, slices.slice_end_ts)'
            ) }}
        ) as watch_us
    from segments
    inner join slices
        on
            segments.live_id = slices.live_id
            and segments.minute_ts = slices.minute_ts
            and segments.segment_start_ts < slices.slice_end_ts
            and segments.segment_end_ts > slices.slice_start_ts
    group by slices.live_id, slices.slice_start_ts
)

select
    slices.live_id,
    slices.slice_start_ts,
    slices.slice_end_ts,
    slices.minute_ts,
    slices.minute_index,
    slices.is_ordinary,
    cast({{ microseconds_between('slices.slice_start_ts', 'slices.slice_end_ts') }} as double)
    / 1000000 as on_air_sec,
    cast(coalesce(watched.watch_us, 0) as double) / 1000000 as total_watch_sec,
    {{ diagnosed_counts('counted') }}
from slices
left join counted
    on slices.live_id = counted.live_id and slices.slice_start_ts = counted.slice_start_ts
left join watched
    on slices.live_id = watched.live_id and slices.slice_start_ts = watched.slice_start_ts
where not slices.is_paused
