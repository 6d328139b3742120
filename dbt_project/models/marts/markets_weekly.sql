-- Markets of the creators by the week, with every ratio beside its numerator and denominator.
-- Grain: one row per market and report_week with LIVEs; NULL is the unknown market.
{{ config(materialized='shown', meta={'key': ['market', 'report_week']}) }}

with weeks as (
    select * from {{ ref('fct_market_week') }}
)

select
    -- keys
    market,
    report_week,

    -- measures
    {{ measure_names('MK') }},

    -- ratios
    {{ ratio_columns('MK') }}
from weeks
