-- What the host used in a LIVE, as texts for a reader: products sold, pins, promotions.
-- Grain: one row per LIVE (live_id).
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where {{ is_rebuilt() }}
),

live_products as (
    select * from {{ ref('int_live_products') }}
    where {{ is_rebuilt() }}
),

products as (
    select * from {{ ref('stg_reference__products') }}
),

promotions as (
    select * from {{ ref('int_promotions') }}
    where {{ is_rebuilt() }}
),

-- The product's title that was valid when the LIVE started; its number where nobody names it.
titled as (
    select
        live_products.live_id,
        live_products.product_id,
        live_products.pins,
        live_products.pinned_sec,
        live_products.sku_orders,
        coalesce(products.title, live_products.product_id) as title
    from live_products
    inner join lives on live_products.live_id = lives.live_id
    left join products
        on
            live_products.product_id = products.product_id
            and lives.report_date >= products.valid_from
    qualify
        row_number() over (
            partition by live_products.live_id, live_products.product_id
            order by products.valid_from desc
        ) = 1
),

ranked as (
    select
        *,
        row_number() over (
            partition by live_id order by sku_orders desc, product_id asc
        ) as sales_place,
        row_number() over (
            partition by live_id order by pinned_sec desc, product_id asc
        ) as pin_place
    from titled
),

product_texts as (
    select
        live_id,
        {{ texts_in_order(
            "case when sku_orders > 0 and sales_place <= 3"
            " then concat(title, ': ', cast(sku_orders as string), ' sold') end",
            'sales_place'
        ) }} as products_text,
        {{ texts_in_order(
            "case when pins > 0 and pin_place <= 5"
            " then concat(title, ': ', cast(pins as string), ' x, ',"
            " cast(cast(round(" ~ ratio('pinned_sec', '60') ~ ") as bigint) as string), ' min') end",
            'pin_place'
        ) }} as pins_text
    from ranked
    group by live_id
),

named as (
    select
        *,
        case
            when kind <> 'giveaway' or coalesce(promo_task, 'none') = 'none' then kind
            else concat('giveaway for a ', promo_task)
        end as promotion
    from promotions
),

kinds as (
    select
        live_id,
        promotion,
        count(*) as times,
        sum({{ microseconds_between('start_ts', 'end_ts') }}) as promotion_us
    from named
    group by live_id, promotion
),

promotion_texts as (
    select
        live_id,
        {{ texts_in_order(
            "concat(promotion, ': ', cast(times as string), ' x, ',"
            " cast(cast(round(" ~ ratio('promotion_us', '60000000') ~ ") as bigint) as string), ' min')",
            'promotion'
        ) }} as promotions_text
    from kinds
    group by live_id
)

-- Without the feed nobody knows; with it, nothing is 'none'.
select
    lives.live_id,
    case
        when lives.has_orders then coalesce(product_texts.products_text, 'none')
    end as products_text,
    case
        when lives.has_product_cards then coalesce(product_texts.pins_text, 'none')
    end as pins_text,
    case
        when lives.has_promos then coalesce(promotion_texts.promotions_text, 'none')
    end as promotions_text
from lives
left join product_texts on lives.live_id = product_texts.live_id
left join promotion_texts on lives.live_id = promotion_texts.live_id
