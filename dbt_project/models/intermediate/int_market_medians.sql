-- The market of a day as the median of its creators, all of them in it.
-- Grain: one row per benchmark_date, market, category and metric.

with voices as (
    select * from {{ ref('int_market_voices') }}
)

select
    -- keys
    benchmark_date,
    market,
    category,
    metric,

    -- measures
    count(*) as creators,
    {{ whole('sum(lives)') }} as lives,
    percentile_cont(0.25) within group (order by creator_median) as lower_quartile,
    percentile_cont(0.5) within group (order by creator_median) as market_median,
    percentile_cont(0.75) within group (order by creator_median) as upper_quartile
from voices
group by benchmark_date, market, category, metric
