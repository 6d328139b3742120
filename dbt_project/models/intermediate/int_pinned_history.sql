-- CTR and CTOR of the pinned products of a LIVE, of the creator's LIVEs before and of the market.
-- Grain: one row per LIVE (live_id).

with sessions as (
    select
        *,
        {{ days_before('report_date', parameter('benchmark_days') ~ ' - 1') }} as first_date
    from {{ ref('int_live_sessions') }}
),

own_lives as (
    select * from {{ ref('int_own_lives') }}
),

pinned as (
    select
        live_id,
        {{ whole(strict_sum('product_impressions')) }} as product_impressions,
        {{ whole(strict_sum('product_clicks')) }} as product_clicks,
        {{ whole(strict_sum('sku_orders')) }} as sku_orders
    from {{ ref('int_live_products') }}
    where pins > 0
    group by live_id
),

-- Ratio of sums.
own as (
    select
        own_lives.live_id,
        {{ ratio('sum(pinned.product_clicks)', 'sum(pinned.product_impressions)') }}
            as pinned_ctr_own_avg,
        {{ ratio('sum(pinned.sku_orders)', 'sum(pinned.product_clicks)') }}
            as pinned_ctor_own_avg
    from own_lives
    inner join pinned on own_lives.own_live_id = pinned.live_id
    group by own_lives.live_id
),

market_days as (
    select
        sessions.market,
        sessions.report_date,
        sum(pinned.product_impressions) as product_impressions,
        sum(pinned.product_clicks) as product_clicks,
        sum(pinned.sku_orders) as sku_orders
    from sessions
    inner join pinned on sessions.live_id = pinned.live_id
    where sessions.market is not null
    group by sessions.market, sessions.report_date
),

market as (
    select
        sessions.live_id,
        {{ ratio('sum(days.product_clicks)', 'sum(days.product_impressions)') }}
            as pinned_ctr_market_avg,
        {{ ratio('sum(days.sku_orders)', 'sum(days.product_clicks)') }}
            as pinned_ctor_market_avg
    from sessions
    inner join market_days as days
        on
            sessions.market = days.market
            and sessions.report_date >= days.report_date
            and sessions.first_date <= days.report_date
    group by sessions.live_id
)

select
    -- keys
    sessions.live_id,

    -- measures
    {{ ratio('pinned.product_clicks', 'pinned.product_impressions') }} as pinned_ctr,
    own.pinned_ctr_own_avg,
    market.pinned_ctr_market_avg,
    {{ ratio('pinned.sku_orders', 'pinned.product_clicks') }} as pinned_ctor,
    own.pinned_ctor_own_avg,
    market.pinned_ctor_market_avg
from sessions
left join pinned on sessions.live_id = pinned.live_id
left join own on sessions.live_id = own.live_id
left join market on sessions.live_id = market.live_id
