-- Days on which LIVEs started, with their week (from Monday), month and year.
-- Grain: one row per report_date.
{{ config(meta={'key': ['report_date']}) }}

with lives as (
    select * from {{ ref('int_lives') }}
)

select
    report_date,
    cast(date_trunc('week', report_date) as date) as report_week,
    cast(date_trunc('month', report_date) as date) as report_month,
    cast(extract(year from report_date) as integer) as report_year
from lives
group by report_date
