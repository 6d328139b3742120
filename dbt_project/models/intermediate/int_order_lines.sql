-- Order lines with their amount in the reporting currency and what became of them.
-- Grain: one row per order_id and sku_id; the earliest event counts.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['order_id'],
    rebuilt_in='intermediate.int_rebuilt_orders',
    lists=['event_ts']
) }}

with events as (
    select
        event_id,
        event_type,
        event_ts,
        live_id,
        viewer_id,
        market,
        product_id,
        quantity,
        amount_minor,
        currency,
        sales_model,
        order_status,
        line_order_id,
        -- an order that names no SKU is one of its own
        coalesce(sku_id, event_id) as line_sku_id
    from {{ ref('int_sparse_events') }}
    where line_order_id in (select rebuilt.order_id from {{ ref('int_rebuilt_orders') }} as rebuilt)
),

rates as (
    select * from {{ ref('int_currency_rates') }}
),

exponents as (
    select * from {{ ref('currency_exponents') }}
),

placed as (
    select
        *,
        count(*) over (partition by line_order_id, line_sku_id) - 1 as order_conflicts
    from events
    where event_type = 'order'
    qualify
        row_number() over (
            partition by line_order_id, line_sku_id order by event_ts, event_id
        ) = 1
),

statuses as (
    select
        line_order_id,
        line_sku_id,
        min(event_ts) filter (where order_status = 'paid') as paid_ts,
        min(event_ts) filter (where order_status = 'cancelled') as cancelled_ts,
        min(event_ts) filter (where order_status = 'refunded') as refunded_ts
    from events
    where event_type = 'order_status'
    group by line_order_id, line_sku_id
),

-- The rate of the day, or the latest one before it; the dollar needs none.
priced as (
    select
        placed.*,
        cast(placed.amount_minor as decimal(28, 0))
        * {{ unit_of_minor('exponents.minor_digits') }} as amount,
        {{ rate_to_usd('placed.currency', 'rates.usd_per_unit') }} as usd_per_unit
    from placed
    left join exponents on placed.currency = exponents.currency
    left join rates
        on
            placed.currency = rates.currency
            and rates.rate_date <= cast(placed.event_ts as date)
            and rates.next_rate_date > cast(placed.event_ts as date)
)

select
    priced.event_id,
    priced.live_id,
    priced.viewer_id,
    priced.market as viewer_market,
    priced.line_order_id as order_id,
    priced.line_sku_id as sku_id,
    priced.product_id,
    priced.sales_model,
    priced.currency,
    priced.amount_minor,
    coalesce(priced.quantity, 1) as quantity,
    {{ to_usd('priced.amount', 'priced.usd_per_unit') }} as gmv,
    priced.order_conflicts,
    priced.event_ts,
    statuses.paid_ts,
    statuses.cancelled_ts,
    statuses.refunded_ts
from priced
left join statuses
    on
        priced.line_order_id = statuses.line_order_id
        and priced.line_sku_id = statuses.line_sku_id
