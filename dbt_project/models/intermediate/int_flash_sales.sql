-- What a flash sale sold of its product, and what the discount cost.
-- Grain: one row per live_id, subject_id and start_ts of a flash sale that names its product.

with flash_sales as (
    select * from {{ ref('int_promotions') }}
    where kind = 'flash_sale' and product_id is not null
),

lines as (
    select * from {{ ref('int_flash_sale_lines') }}
),

summed as (
    select
        live_id,
        subject_id,
        start_ts,
        sum(quantity) as units,
        {{ strict_sum('gmv') }} as gmv,
        {{ strict_sum('discount_cost') }} as discount_cost
    from lines
    group by live_id, subject_id, start_ts
)

select
    flash_sales.live_id,
    flash_sales.subject_id,
    flash_sales.start_ts,
    {{ whole('coalesce(summed.units, 0)') }} as flash_sale_units,
    cast(
        case when summed.live_id is null then 0 else summed.gmv end as decimal(18, 2)
    ) as flash_sale_gmv,
    cast(
        case when summed.live_id is null then 0 else summed.discount_cost end as decimal(18, 2)
    ) as flash_sale_discount_cost
from flash_sales
left join summed
    on
        flash_sales.live_id = summed.live_id
        and flash_sales.subject_id = summed.subject_id
        and flash_sales.start_ts = summed.start_ts
