-- What the search for dips and effects needs of a LIVE: feeds, week, and how much its acts weigh.
-- Grain: one row per live_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where {{ is_rebuilt() }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where phase = 'in_live' and event_type in ('order', 'gift') and {{ is_rebuilt() }}
),

-- The lines of an order come together.
together as (
    select
        live_id,
        event_type,
        coalesce(order_id, event_id) as act_id,
        cast(count(*) as double) as sku_orders,
        cast(sum(gmv) as double) as gmv,
        cast(sum(quantity) as double) as units_sold,
        cast(sum(diamonds) as double) as diamonds,
        max(case when event_type = 'order' and gmv is null then 1 else 0 end) as unpriced
    from acts
    group by live_id, event_type, coalesce(order_id, event_id)
),

-- A sum of sizes, divided by sum of squares over sum, scatters like a count of that mean
-- (the scaled Poisson distribution: Bohm and Zech, Nucl. Instrum. Methods A 748, 2014).
weights as (
    select
        live_id,
        {{ ratio(
            in_order('sum', 'sku_orders * sku_orders') ~ " filter (where event_type = 'order')",
            in_order('sum', 'sku_orders') ~ " filter (where event_type = 'order')"
        ) }} as sku_orders_weight,
        {{ ratio(
            in_order('sum', 'gmv * gmv') ~ " filter (where event_type = 'order')",
            in_order('sum', 'gmv') ~ " filter (where event_type = 'order')"
        ) }} as gmv_weight,
        {{ ratio(
            in_order('sum', 'units_sold * units_sold') ~ " filter (where event_type = 'order')",
            in_order('sum', 'units_sold') ~ " filter (where event_type = 'order')"
        ) }} as units_sold_weight,
        {{ ratio(
            in_order('sum', 'diamonds * diamonds') ~ " filter (where event_type = 'gift')",
            in_order('sum', 'diamonds') ~ " filter (where event_type = 'gift')"
        ) }} as diamonds_weight,
        max(unpriced) as unpriced
    from together
    group by live_id
)

select
    lives.live_id,
    {{ week_of('lives.report_date') }} as report_week,
    {{ feed_flags('lives') }},
    coalesce(weights.unpriced, 0) = 0 as has_gmv,
    weights.sku_orders_weight,
    weights.gmv_weight,
    weights.units_sold_weight,
    weights.diamonds_weight
from lives
left join weights on lives.live_id = weights.live_id
