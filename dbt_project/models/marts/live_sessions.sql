-- LIVEs with every ratio beside its numerator and denominator.
-- Grain: one row per LIVE (live_id).
{{ config(meta={'key': ['live_id']}) }}

with sessions as (
    select * from {{ ref('fct_live_session') }}
),

history as (
    select * from {{ ref('fct_live_history') }}
),

completeness as (
    select * from {{ ref('int_live_completeness') }}
),

compared as (
    select
        sessions.*,
        completeness.is_provisional,
        {{ measure_names('H', 'history') }}
    from sessions
    left join history on sessions.live_id = history.live_id
    left join completeness on sessions.live_id = completeness.live_id
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
    {{ measure_names('S') }},

    -- against the creator's history and the market
    {{ measure_names('H') }},

    -- ratios
    {{ ratio_columns('S') }},

    -- flags
    is_start_inferred,
    is_end_inferred,
    is_provisional,
    is_thinned as is_lower_bound,
    pcu_is_sampled,
    impressions = 0 and views > 0 as is_err_undefined_direct,
    {{ is_qualifying() }} as is_qualifying,
    {{ is_small_sample('viewers') }} as is_small_sample,
    live_duration_sec >= 3600 as is_long_live,

    -- times
    live_start_ts,
    live_end_ts,
    report_date
from compared
