-- What the GMV of a creator's LIVEs and weeks is the product of, channel by channel, as counts.
-- Grain: one row per period (live or week), creator_id, period_id and channel with acts.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['creator_id', 'period_id'],
    rebuilt_in='intermediate.int_rebuilt_periods'
) }}

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
    where
        has_views
        and has_product_cards
        and has_orders
        and (creator_id, cast({{ week_of('report_date') }} as string)) in (
            select
                rebuilt.creator_id,
                rebuilt.period_id
            from {{ ref('int_rebuilt_periods') }} as rebuilt
        )
),

counted as (
    select * from {{ ref('int_channel_acts') }}
    where views + product_clicks + sku_orders > 0
),

periods as (
    select
        'live' as period,
        lives.creator_id,
        lives.live_id as period_id,
        counted.channel,
        counted.views,
        counted.product_clicks,
        counted.sku_orders,
        counted.gmv
    from counted
    inner join lives on counted.live_id = lives.live_id
    union all
    select
        'week' as period,
        lives.creator_id,
        cast(lives.report_week as string) as period_id,
        counted.channel,
        sum(counted.views) as views,
        sum(counted.product_clicks) as product_clicks,
        sum(counted.sku_orders) as sku_orders,
        {{ strict_sum('counted.gmv') }} as gmv
    from counted
    inner join lives on counted.live_id = lives.live_id
    group by lives.creator_id, lives.report_week, counted.channel
)

select
    period,
    creator_id,
    period_id,
    channel,
    {{ whole('views') }} as views,
    {{ whole('product_clicks') }} as product_clicks,
    {{ whole('sku_orders') }} as sku_orders,
    cast(gmv as decimal(18, 2)) as gmv
from periods
where {{ is_rebuilt_by(['creator_id', 'period_id'], 'int_rebuilt_periods') }}
