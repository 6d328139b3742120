-- How far each reviewed metric of a LIVE lies from its market and from the creator's own LIVEs.
-- Grain: one row per LIVE and reviewed metric.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_reviews'
) }}

with review_values as (
    select * from {{ ref('int_review_values') }}
    where live_id in (select listed.live_id from {{ ref('int_rebuilt_reviews') }} as listed)
),

market_of_others as (
    select * from {{ ref('int_market_of_others') }}
),

own as (
    select * from {{ ref('int_own_deviations') }}
),

-- Only a qualifying LIVE is compared. The condition stands here, not in the joins: DuckDB compares
-- every pair of rows in a left join with a condition on one side alone.
asking as (
    select
        *,
        case when is_qualifying then report_date end as benchmark_date,
        case when is_qualifying then live_id end as own_key
    from review_values
),

-- On too few creators or LIVEs nothing but their number is told.
compared as (
    select
        asking.*,
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
    from asking
    left join market_of_others as others
        on
            asking.benchmark_date = others.benchmark_date
            and asking.market = others.market
            and asking.category = others.category
            and asking.metric = others.metric
            and asking.creator_id = others.creator_id
    left join own
        on
            asking.own_key = own.live_id
            and asking.metric = own.metric
)

select
    *,
    {{ robust_deviation('metric_value', 'market_median', 'market_mad', 'direction') }}
        as metric_dev_market,
    {{ robust_deviation('metric_value', 'own_median', 'own_mad', 'direction') }} as metric_dev_self
from compared
