-- LIVEs minute by minute, with ratios.
-- Grain: one row per LIVE and clock minute.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    meta={'key': ['live_id', 'minute_ts']}
) }}

with minutes as (
    select * from {{ ref('fct_live_minute') }}
    where {{ is_rebuilt() }}
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
