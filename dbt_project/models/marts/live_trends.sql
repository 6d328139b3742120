-- Does a LIVE hold its impressions and its ERR after the warm-up, and how often does it dip?
-- Grain: one row per LIVE (live_id).
{{ config(meta={'key': ['live_id']}) }}

with trends as (
    select * from {{ ref('int_live_trends') }}
),

lives as (
    select * from {{ ref('int_lives') }}
)

select
    -- keys
    lives.live_id,
    lives.creator_id,

    -- measures
    trends.metrics_searched,
    {{ measure_names('T', 'trends') }},

    -- flags
    trends.is_stable_or_rising,

    -- times
    lives.live_start_ts,
    lives.report_date
from trends
inner join lives on trends.live_id = lives.live_id
