-- LIVEs minute by minute, with ratios.
-- Grain: one row per LIVE and clock minute.
{{ config(materialized='shown', meta={'key': ['live_id', 'minute_ts']}) }}

with minutes as (
    select * from {{ ref('fct_live_minute') }}
)

select
    -- keys
    live_id,
    minute_ts,
    creator_id,

    -- attributes
    minute_index,

    -- measures
    {{ measure_names('M') }},

    -- ratios
    {{ ratio_columns('M') }},

    -- flags
    is_warmup,

    -- times
    report_date
from minutes
