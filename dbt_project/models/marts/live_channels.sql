-- LIVEs by traffic channel, with ratios and each channel's share of the LIVE.
-- Grain: one row per LIVE and channel.
{{ config(materialized='shown', meta={'key': ['live_id', 'channel']}) }}

with channels as (
    select * from {{ ref('fct_live_channel') }}
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
