-- A benchmark hears every creator once: the median of his LIVEs, and the median of the others.
-- Grain: one row per benchmark_date, market, category, metric and creator.

with market_values as (
    select * from {{ ref('int_market_values') }}
),

voices as (
    select
        benchmark_date,
        market,
        category,
        metric,
        creator_id,
        percentile_cont(0.5) within group (order by metric_value) as creator_median,
        count(*) as lives
    from market_values
    group by benchmark_date, market, category, metric, creator_id
),

placed as (
    select
        *,
        row_number() over in_order as place,
        count(*) over benchmark as creators,
        sum(lives) over benchmark as market_lives
    from voices
    window
        benchmark as (partition by benchmark_date, market, category, metric),
        in_order as (
            partition by benchmark_date, market, category, metric
            order by creator_median, creator_id
        )
),

-- Where the middle of the others stands.
asked as (
    select
        *,
        {{ middle_place(0, 'place', 'creators') }} as low_place,
        {{ middle_place(1, 'place', 'creators') }} as high_place
    from placed
)

select
    -- keys
    asked.benchmark_date,
    asked.market,
    asked.category,
    asked.metric,
    asked.creator_id,

    -- measures
    asked.creator_median,
    asked.lives,
    asked.creators,
    asked.market_lives,
    (low.creator_median + high.creator_median) * 0.5 as others_median
from asked
left join placed as low
    on
        asked.benchmark_date = low.benchmark_date
        and asked.market = low.market
        and asked.category = low.category
        and asked.metric = low.metric
        and asked.low_place = low.place
left join placed as high
    on
        asked.benchmark_date = high.benchmark_date
        and asked.market = high.market
        and asked.category = high.category
        and asked.metric = high.metric
        and asked.high_place = high.place
