-- Do new gifters come back? Those who first gifted to a creator in a week, week by week after it.
-- Grain: one row per creator_id, first_gift_week and weeks_later.
{{ config(materialized='shown', meta={'key': ['creator_id', 'first_gift_week', 'weeks_later']}) }}

with cohorts as (
    select * from {{ ref('fct_gifter_cohort') }}
)

select
    -- keys
    creator_id,
    first_gift_week,
    weeks_later,

    -- attributes
    market,

    -- measures
    {{ measure_names('GC') }},

    -- ratios
    {{ ratio_columns('GC') }},

    -- flags
    {{ is_small_sample('cohort_gifters') }} as is_small_sample
from cohorts
