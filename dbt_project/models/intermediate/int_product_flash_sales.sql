-- What a product sold in its flash sales in a LIVE; in two at once, the later one counts.
-- Grain: one row per live_id and product_id with an order line in a flash sale.

with lines as (
    select * from {{ ref('int_flash_sale_lines') }}
),

counted_once as (
    select *
    from lines
    qualify
        row_number() over (
            partition by order_id, sku_id order by start_ts desc, subject_id desc
        ) = 1
)

select
    live_id,
    product_id,
    sum(quantity) as units,
    {{ strict_sum('gmv') }} as gmv,
    {{ strict_sum('discount_cost') }} as discount_cost
from counted_once
group by live_id, product_id
