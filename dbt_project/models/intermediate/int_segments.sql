-- A sweep over the views of a LIVE: spans in which the number of viewers does not change.
-- Grain: one row per live_id and segment_start_ts; no segment crosses a clock minute.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with views as (
    select * from {{ ref('int_views') }}
    where ended_ts > entered_ts and {{ is_rebuilt() }}
),

pauses as (
    select * from {{ ref('int_pauses') }}
    where {{ is_rebuilt() }}
),

minutes as (
    select * from {{ ref('int_minutes') }}
    where {{ is_rebuilt() }}
),

steps as (
    select
        live_id,
        entered_ts as step_ts,
        1 as seats,
        0 as paused
    from views
    union all
    select
        live_id,
        ended_ts as step_ts,
        -1 as seats,
        0 as paused
    from views
    union all
    select
        live_id,
        pause_start_ts as step_ts,
        0 as seats,
        1 as paused
    from pauses
    union all
    select
        live_id,
        pause_end_ts as step_ts,
        0 as seats,
        -1 as paused
    from pauses
    union all
    select
        live_id,
        greatest(minute_ts, live_start_ts) as step_ts,
        0 as seats,
        0 as paused
    from minutes
    union all
    select distinct
        live_id,
        live_end_ts as step_ts,
        0 as seats,
        0 as paused
    from minutes
),

-- What happens at one instant is one step: a seat freed and a seat taken are the same seat.
instants as (
    select
        live_id,
        step_ts,
        sum(seats) as seats,
        sum(paused) as paused
    from steps
    group by live_id, step_ts
),

segments as (
    select
        live_id,
        step_ts as segment_start_ts,
        lead(step_ts) over live as segment_end_ts,
        sum(seats) over so_far as concurrent,
        sum(paused) over so_far > 0 as is_paused
    from instants
    window
        live as (partition by live_id order by step_ts),
        so_far as (
            partition by live_id order by step_ts
            rows between unbounded preceding and current row
        )
)

select
    live_id,
    segment_start_ts,
    segment_end_ts,
    date_trunc('minute', segment_start_ts) as minute_ts,
    {{ whole('concurrent') }} as concurrent,
    is_paused,
    {{ microseconds_between('segment_start_ts', 'segment_end_ts') }} as segment_us
from segments
where segment_end_ts is not null
