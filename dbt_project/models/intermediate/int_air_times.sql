-- How long a LIVE was on air, and how much of that by night in the creator's market.
-- Grain: one row per live_id that was on air.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
),

segments as (
    select * from {{ ref('int_segments') }}
    where not is_paused and {{ is_rebuilt() }}
),

-- No segment crosses a clock minute, so the local hour of its minute is its own.
timed as (
    select
        segments.live_id,
        segments.segment_us,
        extract(
            hour from {{ local_time('segments.minute_ts', 'lives.reporting_timezone') }}
        ) as local_hour
    from segments
    inner join lives on segments.live_id = lives.live_id
)

select
    live_id,
    sum(segment_us) as on_air_us,
    coalesce(sum(segment_us) filter (where local_hour < 5), 0) as night_us
from timed
group by live_id
