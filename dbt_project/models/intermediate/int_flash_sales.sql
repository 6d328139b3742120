-- What a flash sale sold of its product, and what the discount cost.
-- Grain: one row per live_id, subject_id and start_ts of a flash sale that names its product.

with flash_sales as (
    select * from {{ ref('int_promotions') }}
    where kind = 'flash_sale' and product_id is not null
),

lines as (
    select * from {{ ref('int_settled_lines') }}
),

sold as (
    select
        flash_sales.live_id,
        flash_sales.subject_id,
        flash_sales.start_ts,
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
),

converted as (
    select
        *,
        {{ to_usd('discount', 'usd_per_unit') }} as discount_cost
    from sold
),

summed as (
    select
        live_id,
        subject_id,
        start_ts,
        sum(quantity) as units,
        {{ strict_sum('gmv') }} as gmv,
        {{ strict_sum('discount_cost') }} as discount_cost
    from converted
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
