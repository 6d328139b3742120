-- The platform by the week: reach into the app's users, adoption, watching, with ratios.
-- Grain: one row per report_week with acts.
{{ config(meta={'key': ['report_week']}) }}

with weeks as (
    select * from {{ ref('fct_platform_week') }}
)

select
    -- keys
    report_week,

    -- measures
    {{ measure_names('PL') }},
    total_watch_sec,

    -- ratios
    {{ ratio_columns('PL') }}
from weeks
