-- What is usual in a market and category: the qualifying LIVEs of the days up to benchmark_date.
-- Grain: one row per market, category, metric and benchmark_date with qualifying LIVEs.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['market', 'benchmark_date'],
    rebuilt_in='intermediate.int_rebuilt_benchmarks',
    meta={'key': ['market', 'category', 'metric', 'benchmark_date']}
) }}

with medians as (
    select * from {{ ref('int_market_medians') }}
),

distances as (
    select * from {{ ref('int_market_distances') }}
),

spreads as (
    select
        medians.benchmark_date,
        medians.market,
        medians.category,
        medians.metric,
        percentile_cont(0.5) within group (order by distances.usual_distance) as market_mad
    from medians
    inner join distances
        on
            medians.benchmark_date = distances.benchmark_date
            and medians.market = distances.market
            and medians.category = distances.category
            and medians.metric = distances.metric
            and medians.market_median = distances.center
    group by medians.benchmark_date, medians.market, medians.category, medians.metric
),

judged as (
    select
        medians.*,
        spreads.market_mad,
        medians.creators >= {{ parameter('min_benchmark_creators') }} as is_enough
    from medians
    inner join spreads
        on
            medians.benchmark_date = spreads.benchmark_date
            and medians.market = spreads.market
            and medians.category = spreads.category
            and medians.metric = spreads.metric
)

select
    -- keys
    market,
    category,
    metric,
    benchmark_date,

    -- measures
    creators as market_creators,
    lives as market_lives,
    case when is_enough then lower_quartile end as lower_quartile,
    case when is_enough then market_median end as market_median,
    case when is_enough then upper_quartile end as upper_quartile,
    case when is_enough then market_mad end as market_mad
from judged
