-- Which LIVEs a market's benchmark of a day rests on: the qualifying ones of the days up to it.
-- Grain: one row per benchmark_date, LIVE and reviewed metric with a value.
{{ config(materialized='view') }}

with review_values as (
    select * from {{ ref('int_review_values') }}
    where is_qualifying and market is not null and metric_value is not null
),

-- A day on which somebody of the market and category went live, and so may ask.
days as (
    select distinct
        market,
        category,
        report_date as benchmark_date,
        {{ days_before('report_date', parameter('benchmark_days') ~ ' - 1') }} as first_date
    from review_values
)

select
    days.benchmark_date,
    review_values.market,
    review_values.category,
    review_values.metric,
    review_values.creator_id,
    review_values.live_id,
    review_values.metric_value
from days
inner join review_values
    on
        days.market = review_values.market
        and days.category = review_values.category
        and days.benchmark_date >= review_values.report_date
        and days.first_date <= review_values.report_date
