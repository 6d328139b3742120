-- What the order lines of a LIVE came to; NULL until 30 days after the LIVE's end have passed.
-- Grain: one row per live_id.

with lives as (
    select * from {{ ref('int_lives') }}
),

products as (
    select * from {{ ref('int_product_money') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

summed as (
    select
        live_id,
        sum(cancelled_lines) as cancelled_lines,
        sum(refunded_lines) as refunded_lines,
        {{ strict_sum('gmv_net') }} as gmv_net,
        {{ strict_sum('affiliate_gmv') }} as affiliate_gmv,
        {{ strict_sum('price_band_lines') }} as price_band_lines
    from products
    group by live_id
),

settled as (
    select
        lives.live_id,
        lives.creator_id,
        lives.report_date,
        lives.has_orders,
        lives.live_end_ts + interval '30' day <= as_of.as_of_ts as is_settled
    from lives
    cross join as_of
)

select
    settled.live_id,
    settled.creator_id,
    settled.report_date,
    settled.is_settled,
    case
        when settled.has_orders and settled.is_settled
            then {{ whole('coalesce(summed.cancelled_lines, 0)') }}
    end as cancelled_lines,
    case
        when settled.has_orders and settled.is_settled
            then {{ whole('coalesce(summed.refunded_lines, 0)') }}
    end as refunded_lines,
    cast(
        case
            when settled.has_orders and settled.is_settled
                then case when summed.live_id is null then 0 else summed.gmv_net end
        end as decimal(18, 2)
    ) as gmv_net,
    cast(
        case
            when settled.has_orders
                then case when summed.live_id is null then 0 else summed.affiliate_gmv end
        end as decimal(18, 2)
    ) as affiliate_gmv,
    {{ whole(
        "case when settled.has_orders then"
        " case when summed.live_id is null then 0 else summed.price_band_lines end end"
    ) }} as price_band_lines
from settled
left join summed on settled.live_id = summed.live_id
