-- Markets of the viewers by the week: reach into the app's users, adoption, watching, with ratios.
-- Grain: one row per viewer_market and report_week with acts; NULL is the unknown market.
{{ config(meta={'key': ['viewer_market', 'report_week']}) }}

with weeks as (
    select * from {{ ref('fct_viewer_market_week') }}
)

select
    -- keys
    viewer_market,
    report_week,

    -- measures
    {{ measure_names('VM') }},
    total_watch_sec,

    -- ratios
    {{ ratio_columns('VM') }}
from weeks
