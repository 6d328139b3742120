-- Order lines with what became of them, in the currency of the order and in USD.
-- Grain: one row per order and SKU (order_id, sku_id) placed in or after a LIVE.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    meta={'key': ['order_id', 'sku_id']}
) }}

with order_lines as (
    select * from {{ ref('int_order_lines') }}
    where {{ is_rebuilt() }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where event_type = 'order' and {{ is_rebuilt() }}
)

select
    -- keys
    order_lines.order_id,
    order_lines.sku_id,
    order_lines.live_id,
    acts.creator_id,
    order_lines.viewer_id,
    order_lines.product_id,

    -- attributes
    acts.channel,
    acts.audience,
    acts.phase,
    order_lines.sales_model,
    order_lines.currency,

    -- measures
    order_lines.quantity,
    order_lines.amount_minor,
    order_lines.gmv,
    order_lines.order_conflicts,

    -- flags
    order_lines.paid_ts is not null as is_paid_for,
    order_lines.cancelled_ts is not null as is_cancelled,
    order_lines.refunded_ts is not null as is_refunded,

    -- times
    order_lines.event_ts as ordered_ts,
    order_lines.paid_ts,
    order_lines.cancelled_ts,
    order_lines.refunded_ts
from order_lines
inner join acts on order_lines.event_id = acts.event_id
