-- How far each reviewed metric of a LIVE lies from its market and from the creator's own LIVEs.
-- Grain: one row per LIVE and reviewed metric.

with review_values as (
    select * from {{ ref('int_review_values') }}
),

market_of_others as (
    select * from {{ ref('int_market_of_others') }}
),

own as (
    select * from {{ ref('int_own_deviations') }}
),

-- On too few creators or LIVEs nothing but their number is told.
compared as (
    select
        review_values.*,
        coalesce(others.creators, 0) as market_creators,
        coalesce(others.lives, 0) as market_lives,
        coalesce(own.own_lives, 0) as own_lives,
        case
            when others.creators >= {{ parameter('min_benchmark_creators') }}
                then others.market_median
        end as market_median,
        case
            when others.creators >= {{ parameter('min_benchmark_creators') }}
                then others.market_mad
        end as market_mad,
        case when own.own_lives >= {{ parameter('min_own_lives') }} then own.own_median end
            as own_median,
        case when own.own_lives >= {{ parameter('min_own_lives') }} then own.own_mad end as own_mad
    from review_values
    left join market_of_others as others
        on
            review_values.is_qualifying
            and review_values.report_date = others.benchmark_date
            and review_values.market = others.market
            and review_values.category = others.category
            and review_values.metric = others.metric
            and review_values.creator_id = others.creator_id
    left join own
        on
            review_values.is_qualifying
            and review_values.live_id = own.live_id
            and review_values.metric = own.metric
)

select
    *,
    {{ robust_deviation('metric_value', 'market_median', 'market_mad', 'direction') }}
        as metric_dev_market,
    {{ robust_deviation('metric_value', 'own_median', 'own_mad', 'direction') }} as metric_dev_self
from compared
