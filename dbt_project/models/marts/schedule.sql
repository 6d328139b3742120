-- When creators go live and how it went: their week by weekday and local hour.
-- Grain: one row per creator, weekday and local hour of the start.
{{ config(materialized='shown', meta={'key': ['creator_id', 'start_weekday', 'start_hour']}) }}

with slots as (
    select * from {{ ref('fct_creator_slot') }}
)

select
    -- keys
    creator_id,
    start_weekday,
    start_hour,

    -- measures
    lives,
    live_duration_sec,
    views,
    total_watch_sec,
    gmv,
    diamonds,

    -- ratios
    {{ ratio_named('airtime_hours') }},
    {{ ratio_named('acu') }},
    {{ ratio_named('gmv_per_hour') }},
    {{ ratio_named('diamonds_per_hour') }},

    -- times
    last_report_date
from slots
