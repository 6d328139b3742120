-- Which LIVEs a rebuilt benchmark of a market and day rests on: the qualifying ones up to it.
-- Grain: one row per benchmark_date, LIVE and reviewed metric with a value.
{{ config(materialized='view') }}

with review_values as (
    select * from {{ ref('int_review_values') }}
    where is_qualifying and market is not null and metric_value is not null
),

benchmarks as (
    select * from {{ ref('int_rebuilt_benchmarks') }}
),

-- A day on which somebody of the market and category went live, and so may ask.
days as (
    select distinct
        review_values.market,
        review_values.category,
        review_values.report_date as benchmark_date,
        {{ days_before('review_values.report_date', parameter('benchmark_days') ~ ' - 1') }}
            as first_date
    from review_values
    inner join benchmarks
        on
            review_values.market = benchmarks.market
            and review_values.report_date = benchmarks.benchmark_date
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
