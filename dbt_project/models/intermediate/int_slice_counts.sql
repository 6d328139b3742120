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

acts as (
    select * from {{ ref('int_acts') }}
    where phase = 'in_live' and {{ is_rebuilt() }}
),

-- Every act belongs to the latest slice that has begun by then.
placed as (
    select
        live_id,
        event_type,
        is_task,
        gmv,
        quantity,
        diamonds,
        max(case when event_type = 'slice' then event_ts end) over (
            partition by live_id order by event_ts
        ) as slice_start_ts
    from (
        select
            live_id,
            event_type,
            event_ts,
            coalesce(origin, 'organic') = 'giveaway' as is_task,
            gmv,
            quantity,
            diamonds
        from acts
        union all
        select
            live_id,
            'slice' as event_type,
            slice_start_ts as event_ts,
            false as is_task,
            cast(null as decimal(18, 2)) as gmv,
            cast(null as bigint) as quantity,
            cast(null as bigint) as diamonds
        from slices
    ) as acts_and_slices
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
    where slice_start_ts is not null
    group by live_id, slice_start_ts
),

-- A segment that a slice cuts has the same viewers on both sides of the cut.
instants as (
    select
        live_id,
        segment_start_ts as instant_ts,
        segment_end_ts,
        concurrent,
        cast(null as timestamp) as slice_start_ts
    from segments
    union all
    select
        live_id,
        slice_start_ts as instant_ts,
        cast(null as timestamp) as segment_end_ts,
        cast(null as bigint) as concurrent,
        slice_start_ts
    from slices
),

pieces as (
    select
        live_id,
        instant_ts,
        max(slice_start_ts) over so_far as slice_start_ts,
        count(concurrent) over so_far as segment_no,
        concurrent,
        coalesce(
            lead(instant_ts) over (partition by live_id order by instant_ts),
            max(segment_end_ts) over so_far
        ) as next_ts
    from instants
    window so_far as (partition by live_id order by instant_ts)
),

filled as (
    select
        live_id,
        slice_start_ts,
        {{ microseconds_between('instant_ts', 'next_ts') }} as piece_us,
        max(concurrent) over (partition by live_id, segment_no) as concurrent
    from pieces
),

watched as (
    select
        live_id,
        slice_start_ts,
        sum(concurrent * piece_us) as watch_us
    from filled
    group by live_id, slice_start_ts
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
