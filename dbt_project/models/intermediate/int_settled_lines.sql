-- Order lines placed while a LIVE ran, and what became of them within 30 days of the order.
-- Grain: one row per order_id and sku_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with order_lines as (
    select * from {{ ref('int_order_lines') }}
    where {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

placed as (
    select
        order_lines.*,
        lives.creator_id,
        lives.report_date,
        order_lines.event_ts + interval '30' day as settles_ts
    from order_lines
    inner join lives
        on
            order_lines.live_id = lives.live_id
            and order_lines.event_ts between lives.live_start_ts and lives.live_end_ts
)

select
    order_id,
    sku_id,
    live_id,
    creator_id,
    report_date,
    product_id,
    quantity,
    gmv,
    coalesce(sales_model = 'affiliate', false) as is_affiliate,
    paid_ts is not null as is_paid_for,
    coalesce(cancelled_ts <= settles_ts, false) as is_cancelled,
    coalesce(refunded_ts <= settles_ts, false) as is_refunded,
    event_ts as ordered_ts
from placed
