-- Viewer retention: of those who first came on a day, the share that came on a later day.
-- Grain: one row per viewer_market at the first view (NULL is the unknown one) and first_view_date.
{{ config(materialized='shown', meta={'key': ['viewer_market', 'first_view_date']}) }}

with cohorts as (
    select * from {{ ref('fct_viewer_cohort') }}
)

select
    -- keys
    viewer_market,
    first_view_date,

    -- measures
    {{ measure_names('CO') }},

    -- ratios
    {{ ratio_columns('CO') }},

    -- flags
    {{ is_small_sample('cohort_viewers') }} as is_small_sample
from cohorts
