-- The funnel of a LIVE by channel and audience, with ratios.
-- Grain: one row per LIVE, channel and audience.
{{ config(materialized='shown', meta={'key': ['live_id', 'channel', 'audience']}) }}

with funnels as (
    select * from {{ ref('fct_live_funnel') }}
)

select
    -- keys
    live_id,
    channel,
    audience,
    creator_id,

    -- measures
    {{ measure_names('A') }},

    -- people at each step
    people_viewed,
    people_engaged,
    people_clicked,
    people_bought,

    -- ratios
    {{ ratio_columns('A') }},

    -- flags
    {{ is_small_sample('viewers') }} as is_small_sample,

    -- times
    report_date
from funnels
