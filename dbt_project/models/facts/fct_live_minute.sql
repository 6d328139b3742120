-- LIVEs minute by minute: what happened in each UTC clock minute, and how many were watching.
-- Grain: one row per LIVE and clock minute that it touches, empty ones included.
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], meta={'key': ['live_id', 'minute_ts']}) }}

with lives as (
    select * from {{ ref('int_lives') }}
),

minutes as (
    select * from {{ ref('int_minutes') }}
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

parameters as (
    select * from {{ ref('parameters') }}
    where parameter = 'warmup_minutes'
),

counted as (
    select
        live_id,
        date_trunc('minute', event_ts) as minute_ts,
        {{ aggregated_measures('M') }}
    from acts
    group by live_id, date_trunc('minute', event_ts)
),

watched as (
    select
        live_id,
        minute_ts,
        sum(segment_us) filter (where not is_paused) as on_air_us,
        sum(concurrent * segment_us) filter (where not is_paused) as watch_us,
        max(concurrent) as peak_concurrent,
        max_by(concurrent, segment_start_ts) as concurrent_at_end
    from segments
    group by live_id, minute_ts
),

numbered as (
    select
        minutes.live_id,
        minutes.minute_ts,
        {{ whole(
            'row_number() over (partition by minutes.live_id order by minutes.minute_ts) - 1'
        ) }} as minute_index
    from minutes
)

select
    -- keys
    numbered.live_id,
    numbered.minute_ts,
    lives.creator_id,

    -- attributes
    numbered.minute_index,

    -- measures
    cast(coalesce(watched.on_air_us, 0) as double) / 1000000 as on_air_sec,
    case
        when lives.has_leaves then cast(coalesce(watched.watch_us, 0) as double) / 1000000
    end as total_watch_sec,
    case
        when lives.has_leaves then {{ whole('coalesce(watched.peak_concurrent, 0)') }}
    end as peak_concurrent,
    -- a LIVE that ends on a full minute has an instant there, and the viewers before it
    case
        when lives.has_leaves
            then coalesce(watched.concurrent_at_end, lag(watched.concurrent_at_end) over live, 0)
    end as concurrent_at_end,
    {{ measure_columns('M', 'counted', 'live_id', 'lives') }},

    -- flags
    numbered.minute_index < parameters.parameter_value as is_warmup,

    -- times
    lives.report_date
from numbered
inner join lives on numbered.live_id = lives.live_id
cross join parameters
left join counted
    on numbered.live_id = counted.live_id and numbered.minute_ts = counted.minute_ts
left join watched
    on numbered.live_id = watched.live_id and numbered.minute_ts = watched.minute_ts
window live as (partition by numbered.live_id order by numbered.minute_ts)
