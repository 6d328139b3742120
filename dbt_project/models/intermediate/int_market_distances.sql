-- How far a creator's LIVEs usually lie from each median that a benchmark of his market has.
-- Grain: one row per benchmark_date, market, category, metric, center and creator.

with market_values as (
    select * from {{ ref('int_market_values') }}
),

voices as (
    select * from {{ ref('int_market_voices') }}
),

medians as (
    select * from {{ ref('int_market_medians') }}
),

-- Leaving out one creator moves a median to one of three values at most.
centers as (
    select
        benchmark_date,
        market,
        category,
        metric,
        others_median as center
    from voices
    where others_median is not null
    union
    select
        benchmark_date,
        market,
        category,
        metric,
        market_median as center
    from medians
)

select
    -- keys
    centers.benchmark_date,
    centers.market,
    centers.category,
    centers.metric,
    centers.center,
    market_values.creator_id,

    -- measures
    percentile_cont(0.5) within group (
        order by abs(market_values.metric_value - centers.center)
    ) as usual_distance
from centers
inner join market_values
    on
        centers.benchmark_date = market_values.benchmark_date
        and centers.market = market_values.market
        and centers.category = market_values.category
        and centers.metric = market_values.metric
group by
    centers.benchmark_date,
    centers.market,
    centers.category,
    centers.metric,
    centers.center,
    market_values.creator_id
