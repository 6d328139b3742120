-- Creators by the week, with every ratio beside its numerator and denominator.
-- Grain: one row per creator and report_week with LIVEs.
{{ config(materialized='shown', meta={'key': ['creator_id', 'report_week']}) }}

with weeks as (
    select * from {{ ref('fct_creator_week') }}
)

select
    -- keys
    creator_id,
    report_week,

    -- attributes
    market,
    followers,
    creator_size_band,
    tenure_days,

    -- measures
    {{ measure_names('CW') }},

    -- ratios
    {{ ratio_columns('CW') }},

    -- flags
    {{ is_small_sample('viewers') }} as is_small_sample
from weeks
