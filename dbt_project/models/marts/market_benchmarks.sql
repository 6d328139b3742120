-- What is usual in a market and category: the qualifying LIVEs of the days up to benchmark_date.
-- Grain: one row per market, category, metric and benchmark_date with qualifying LIVEs.
{{ config(materialized='shown', meta={'key': ['market', 'category', 'metric', 'benchmark_date']}) }}

with benchmarks as (
    select * from {{ ref('fct_market_benchmark') }}
)

select * from benchmarks
