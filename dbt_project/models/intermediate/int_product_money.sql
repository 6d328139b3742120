-- Order lines of a product in a LIVE: cancelled, refunded, kept, sold for others, in price range.
-- Grain: one row per live_id and product_id with order lines; product_id may be NULL.

with lines as (
    select * from {{ ref('int_settled_lines') }}
),

order_values as (
    select * from {{ ref('int_creator_order_value') }}
),

-- Whole cents on both sides, multiplied out: nothing is divided, nothing is rounded.
priced as (
    select
        lines.*,
        round(cast(lines.gmv as double) * 100) * order_values.orders_28d as line_side,
        round(cast(order_values.gmv_28d as double) * 100) * lines.quantity as average_side
    from lines
    left join order_values
        on
            lines.creator_id = order_values.creator_id
            and lines.report_date = order_values.report_date
),

-- Half to one and a half times the average order value.
judged as (
    select
        *,
        case
            when average_side <= 2 * line_side and 2 * line_side <= 3 * average_side then 1
            when average_side is not null and line_side is not null then 0
        end as in_price_band,
        case when is_affiliate then gmv else cast(0 as decimal(18, 2)) end as affiliate_gmv,
        case
            when is_paid_for and not is_cancelled and not is_refunded then gmv
            else cast(0 as decimal(18, 2))
        end as gmv_net
    from priced
)

select
    live_id,
    product_id,
    count(*) filter (where is_cancelled) as cancelled_lines,
    count(*) filter (where is_paid_for and is_refunded) as refunded_lines,
    {{ strict_sum('gmv_net') }} as gmv_net,
    {{ strict_sum('affiliate_gmv') }} as affiliate_gmv,
    {{ strict_sum('in_price_band') }} as price_band_lines
from judged
group by live_id, product_id
