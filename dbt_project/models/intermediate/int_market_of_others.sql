-- The benchmark that a creator is compared with: his market without him.
-- Grain: one row per benchmark_date, market, category, metric and creator.

with voices as (
    select * from {{ ref('int_market_voices') }}
),

distances as (
    select * from {{ ref('int_market_distances') }}
),

placed as (
    select
        *,
        row_number() over in_order as place,
        count(*) over around_center as creators
    from distances
    window
        around_center as (partition by benchmark_date, market, category, metric, center),
        in_order as (
            partition by benchmark_date, market, category, metric, center
            order by usual_distance, creator_id
        )
),

asked as (
    select
        voices.*,
        {{ middle_place(0, 'placed.place', 'placed.creators') }} as low_place,
        {{ middle_place(1, 'placed.place', 'placed.creators') }} as high_place
    from voices
    inner join placed
        on
            voices.benchmark_date = placed.benchmark_date
            and voices.market = placed.market
            and voices.category = placed.category
            and voices.metric = placed.metric
            and voices.others_median = placed.center
            and voices.creator_id = placed.creator_id
)

select
    -- keys
    asked.benchmark_date,
    asked.market,
    asked.category,
    asked.metric,
    asked.creator_id,

    -- measures
    {{ whole('asked.creators - 1') }} as creators,
    {{ whole('asked.market_lives - asked.lives') }} as lives,
    asked.others_median as market_median,
    (low.usual_distance + high.usual_distance) * 0.5 as market_mad
from asked
inner join placed as low
    on
        asked.benchmark_date = low.benchmark_date
        and asked.market = low.market
        and asked.category = low.category
        and asked.metric = low.metric
        and asked.others_median = low.center
        and asked.low_place = low.place
inner join placed as high
    on
        asked.benchmark_date = high.benchmark_date
        and asked.market = high.market
        and asked.category = high.category
        and asked.metric = high.metric
        and asked.others_median = high.center
        and asked.high_place = high.place
