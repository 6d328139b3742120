-- LIVEs by traffic channel, with ratios and each channel's share of the LIVE.
-- Grain: one row per LIVE and channel.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories',
    meta={'key': ['live_id', 'channel']}
) }}

with channels as (
    select * from {{ ref('fct_live_channel') }}
    where {{ is_rebuilt(listed='int_rebuilt_histories') }}
)

select
    -- keys
    live_id,
    channel,
    creator_id,

    -- measures
    {{ measure_names('C') }},

    -- ratios
    {{ ratio_columns('C') }},

    -- flags
    {{ is_small_sample('viewers') }} as is_small_sample,

    -- times
    report_date
from channels
