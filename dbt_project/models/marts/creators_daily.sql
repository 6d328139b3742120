-- Creators by the day, with every ratio beside its numerator and denominator.
-- Grain: one row per creator and report_date with LIVEs.
{{ config(materialized='shown', meta={'key': ['creator_id', 'report_date']}) }}

with days as (
    select * from {{ ref('fct_creator_day') }}
)

select
    -- keys
    creator_id,
    report_date,

    -- attributes
    market,

    -- measures
    {{ measure_names('CD') }},

    -- ratios
    {{ ratio_columns('CD') }},

    -- flags
    {{ is_small_sample('viewers') }} as is_small_sample
from days
