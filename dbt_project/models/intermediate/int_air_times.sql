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

-- No segment crosses a clock minute.
quarters as (
    select
        live_id,
        {{ quarter_hour('minute_ts') }} as quarter_ts,
        sum(segment_us) as on_air_us
    from segments
    group by live_id, {{ quarter_hour('minute_ts') }}
),

timed as (
    select
        quarters.live_id,
        quarters.on_air_us,
        extract(
            hour from {{ local_time('quarters.quarter_ts', 'lives.reporting_timezone') }}
        ) as local_hour
    from quarters
    inner join lives on quarters.live_id = lives.live_id
)

select
    live_id,
    sum(on_air_us) as on_air_us,
    coalesce(sum(on_air_us) filter (where local_hour < 5), 0) as night_us
from timed
group by live_id
