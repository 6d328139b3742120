-- Creator retention: of those who first went live on a day, the share live again on a later day.
-- Grain: one row per market at the first LIVE (NULL is the unknown one) and first_live_date.
{{ config(materialized='shown', meta={'key': ['market', 'first_live_date']}) }}

with cohorts as (
    select * from {{ ref('fct_creator_cohort') }}
)

select
    -- keys
    market,
    first_live_date,

    -- measures
    {{ measure_names('CC') }},

    -- ratios
    {{ ratio_columns('CC') }},

    -- flags
    {{ is_small_sample('cohort_creators') }} as is_small_sample
from cohorts
