-- LIVEs with every ratio beside its numerator and denominator.
-- Grain: one row per LIVE (live_id).
{{ config(meta={'key': ['live_id']}) }}

with sessions as (
    select * from {{ ref('fct_live_session') }}
)

select
    -- keys
    live_id,
    creator_id,

    -- attributes
    source,
    market,
    title,
    category,
    device,
    language,
    sponsor,
    creator_live_no,

    -- measures
    {{ measure_names('S') }}

    -- ratios
    {{ ratio_columns('S') }}

    -- flags
    is_start_inferred,
    is_end_inferred,
    is_thinned as is_lower_bound,
    pcu_is_sampled,
    {{ is_qualifying() }} as is_qualifying,
    live_duration_sec >= 3600 as is_long_live,

    -- times
    live_start_ts,
    live_end_ts,
    report_date,
from sessions
