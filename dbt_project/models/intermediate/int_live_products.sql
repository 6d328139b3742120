-- Products in a LIVE: shown, clicked, ordered, pinned.
-- Grain: one row per LIVE and product with an act or a pin.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories'
) }}

with lives as (
    select * from {{ ref('int_lives') }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where
        phase = 'in_live'
        and product_id is not null
        and event_type in ('product_impression', 'product_click', 'add_to_cart', 'order')
        and {{ is_rebuilt(listed='int_rebuilt_histories') }}
),

pins as (
    select * from {{ ref('int_intervals') }}
    where kind = 'pin' and {{ is_rebuilt(listed='int_rebuilt_histories') }}
),

product_money as (
    select * from {{ ref('int_product_money') }}
),

flash_sales as (
    select * from {{ ref('int_product_flash_sales') }}
),

live_money as (
    select * from {{ ref('int_live_money') }}
),

bag as (
    select * from {{ ref('int_sparse_events') }}
    where
        event_type = 'bag_update'
        and product_id is not null
        and {{ is_rebuilt(listed='int_rebuilt_histories') }}
),

counted as (
    select
        live_id,
        product_id,
        {{ aggregated_measures('P') }}
    from acts
    group by live_id, product_id
),

pinned as (
    select
        live_id,
        product_id,
        count(*) as pins,
        sum({{ microseconds_between('start_ts', 'end_ts') }}) as pinned_us
    from pins
    group by live_id, product_id
),

-- Where the product stood last in the shopping bag.
positions as (
    select *
    from bag
    where bag_position is not null
    qualify
        row_number() over (
            partition by live_id, product_id order by event_ts desc, event_id desc
        ) = 1
),

products as (
    select
        live_id,
        product_id
    from counted
    union
    select
        live_id,
        product_id
    from pinned
)

select
    -- keys
    products.live_id,
    products.product_id,
    lives.creator_id,

    -- attributes
    positions.bag_position,

    -- measures
    {{ whole('coalesce(pinned.pins, 0)') }} as pins,
    cast(coalesce(pinned.pinned_us, 0) as double) / 1000000 as pinned_sec,
    {{ measure_columns('P', 'counted', 'live_id', 'lives') }},
    case
        when lives.has_orders and live_money.is_settled
            then coalesce(product_money.cancelled_lines, 0)
    end as cancelled_lines,
    case
        when lives.has_orders and live_money.is_settled
            then coalesce(product_money.refunded_lines, 0)
    end as refunded_lines,
    cast(
        case
            when lives.has_orders and live_money.is_settled
                then case when product_money.live_id is null then 0 else product_money.gmv_net end
        end as decimal(18, 2)
    ) as gmv_net,
    {{ whole(
        "case when lives.has_orders then case when product_money.live_id is null then 0"
        " else product_money.price_band_lines end end"
    ) }} as price_band_lines,
    case when lives.has_orders then {{ whole('coalesce(flash_sales.units, 0)') }} end
        as flash_sale_units,
    cast(
        case
            when lives.has_orders
                then case when flash_sales.live_id is null then 0 else flash_sales.gmv end
        end as decimal(18, 2)
    ) as flash_sale_gmv,
    cast(
        case
            when lives.has_orders
                then case when flash_sales.live_id is null then 0 else flash_sales.discount_cost end
        end as decimal(18, 2)
    ) as flash_sale_discount_cost,

    -- times
    lives.report_date
from products
inner join lives on products.live_id = lives.live_id
inner join live_money on products.live_id = live_money.live_id
left join product_money
    on products.live_id = product_money.live_id and products.product_id = product_money.product_id
left join counted
    on products.live_id = counted.live_id and products.product_id = counted.product_id
left join pinned
    on products.live_id = pinned.live_id and products.product_id = pinned.product_id
left join flash_sales
    on products.live_id = flash_sales.live_id and products.product_id = flash_sales.product_id
left join positions
    on products.live_id = positions.live_id and products.product_id = positions.product_id
