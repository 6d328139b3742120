-- Spans in which a LIVE was paused: from a pause to the next resume, or to the LIVE's end.
-- Grain: one row per live_id and pause_start_ts; spans of one LIVE do not overlap.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with events as (
    select * from {{ ref('int_events') }}
    where event_type in ('live_pause', 'live_resume') and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

switches as (
    select
        events.live_id,
        events.event_ts,
        events.event_type,
        lives.live_start_ts,
        lives.live_end_ts,
        min(case when events.event_type = 'live_resume' then events.event_ts end) over (
            partition by events.live_id
            order by events.event_ts, events.event_id
            rows between current row and unbounded following
        ) as next_resume_ts
    from events
    inner join lives on events.live_id = lives.live_id
),

-- A second pause before the resume changes nothing.
spans as (
    select
        live_id,
        greatest(min(event_ts), live_start_ts) as pause_start_ts,
        least(coalesce(next_resume_ts, live_end_ts), live_end_ts) as pause_end_ts
    from switches
    where event_type = 'live_pause'
    group by live_id, next_resume_ts, live_start_ts, live_end_ts
)

select
    live_id,
    pause_start_ts,
    pause_end_ts,
    {{ microseconds_between('pause_start_ts', 'pause_end_ts') }} as paused_us
from spans
where pause_start_ts < pause_end_ts
