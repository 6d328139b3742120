-- Order lines of the product of a flash sale while it ran, and what the discount on them cost.
-- Grain: one row per live_id, subject_id and start_ts of a flash sale, order_id and sku_id.

with flash_sales as (
    select * from {{ ref('int_promotions') }}
    where kind = 'flash_sale'
),

lines as (
    select * from {{ ref('int_settled_lines') }}
),

sold as (
    select
        flash_sales.live_id,
        flash_sales.subject_id,
        flash_sales.start_ts,
        lines.order_id,
        lines.sku_id,
        lines.product_id,
        lines.quantity,
        lines.gmv,
        flash_sales.usd_per_unit,
        flash_sales.discount * cast(lines.quantity as decimal(16, 0)) as discount
    from flash_sales
    inner join lines
        on
            flash_sales.live_id = lines.live_id
            and flash_sales.product_id = lines.product_id
            and flash_sales.start_ts <= lines.ordered_ts
            and flash_sales.end_ts >= lines.ordered_ts
)

select
    live_id,
    subject_id,
    start_ts,
    order_id,
    sku_id,
    product_id,
    quantity,
    gmv,
    {{ to_usd('discount', 'usd_per_unit') }} as discount_cost
from sold
