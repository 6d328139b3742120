-- What shopping adds to a LIVE beyond the acts in it: money that stayed, ads, pins, the bag.
-- Grain: one row per live_id.

with lives as (
    select * from {{ ref('int_lives') }}
),

money as (
    select * from {{ ref('int_live_money') }}
),

post_sales as (
    select * from {{ ref('int_post_sales') }}
),

ads as (
    select * from {{ ref('int_live_ads') }}
),

pins as (
    select * from {{ ref('int_pin_coverage') }}
),

bag as (
    select * from {{ ref('int_bag') }}
),

slot_fit as (
    select * from {{ ref('int_slot_fit') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    lives.live_id,
    money.cancelled_lines,
    money.refunded_lines,
    money.gmv_net,
    money.affiliate_gmv,
    cast(
        case
            when lives.has_orders and lives.live_end_ts + interval '7' day <= as_of.as_of_ts
                then case when post_sales.live_id is null then 0 else post_sales.gmv_post_7d end
        end as decimal(18, 2)
    ) as gmv_post_7d,
    cast(
        case
            when lives.has_promos then case when ads.live_id is null then 0 else ads.ad_spend end
        end as decimal(18, 2)
    ) as ad_spend,
    cast(
        case
            when lives.has_promos and lives.has_orders
                then case when ads.live_id is null then 0 else ads.gmv_in_ads end
        end as decimal(18, 2)
    ) as gmv_in_ads,
    case when lives.has_product_cards then pins.pin_starts end as pin_starts,
    case when lives.has_product_cards then pins.pinned_union_sec end as pinned_union_sec,
    case when lives.has_product_cards then pins.longest_no_pin_sec end as longest_no_pin_sec,
    case when lives.has_product_cards then coalesce(bag.bag_size, 0) end as bag_size,
    case
        when lives.has_product_cards
            then case when bag.live_id is null then 0 else bag.themes_in_bag end
    end as themes_in_bag,
    case when lives.has_product_cards then coalesce(bag.bag_reorders, 0) end as bag_reorders,
    case when lives.has_product_cards then slot_fit.top_slot_fit end as top_slot_fit
from lives
cross join as_of
left join money on lives.live_id = money.live_id
left join post_sales on lives.live_id = post_sales.live_id
left join ads on lives.live_id = ads.live_id
left join pins on lives.live_id = pins.live_id
left join bag on lives.live_id = bag.live_id
left join slot_fit on lives.live_id = slot_fit.live_id
