-- Promotions in a LIVE with what happened while they ran.
-- Grain: one row per LIVE, kind, promotion and start.
{{ config(meta={'key': ['live_id', 'kind', 'subject_id', 'start_ts']}) }}

with promotions as (
    select * from {{ ref('int_promotions') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

counted as (
    select * from {{ ref('int_promotion_acts') }}
),

present as (
    select * from {{ ref('int_promotion_viewers') }}
),

flash_sales as (
    select
        *,
        'flash_sale' as kind
    from {{ ref('int_flash_sales') }}
),

giveaways as (
    select
        *,
        'giveaway' as kind
    from {{ ref('int_giveaways') }}
)

select
    -- keys
    promotions.live_id,
    promotions.kind,
    promotions.subject_id,
    promotions.start_ts,
    promotions.creator_id,

    -- attributes
    promotions.product_id,
    promotions.promo_task,
    promotions.price_minor,
    promotions.list_price_minor,
    promotions.spend_minor,
    promotions.currency,

    -- measures
    {{ measure_columns('I', 'counted', 'live_id', 'lives') }},
    case when lives.has_views then coalesce(present.viewers_in_window, 0) end
        as viewers_in_window,
    case when lives.has_orders then flash_sales.flash_sale_units end as flash_sale_units,
    case when lives.has_orders then flash_sales.flash_sale_gmv end as flash_sale_gmv,
    case when lives.has_orders then flash_sales.flash_sale_discount_cost end
        as flash_sale_discount_cost,
    case when lives.has_promos then giveaways.giveaway_entries end as giveaway_entries,
    case when lives.has_promos then giveaways.giveaway_entrants end as giveaway_entrants,
    case when lives.has_follows then giveaways.giveaway_followers end as giveaway_followers,
    case when lives.has_unfollows then giveaways.giveaway_followers_kept_7d end
        as giveaway_followers_kept_7d,

    -- flags
    promotions.is_end_inferred,

    -- times
    promotions.end_ts,
    promotions.report_date
from promotions
inner join lives on promotions.live_id = lives.live_id
left join counted
    on
        promotions.live_id = counted.live_id
        and promotions.kind = counted.kind
        and promotions.subject_id = counted.subject_id
        and promotions.start_ts = counted.start_ts
left join present
    on
        promotions.live_id = present.live_id
        and promotions.kind = present.kind
        and promotions.subject_id = present.subject_id
        and promotions.start_ts = present.start_ts
left join flash_sales
    on
        promotions.live_id = flash_sales.live_id
        and promotions.kind = flash_sales.kind
        and promotions.subject_id = flash_sales.subject_id
        and promotions.start_ts = flash_sales.start_ts
left join giveaways
    on
        promotions.live_id = giveaways.live_id
        and promotions.kind = giveaways.kind
        and promotions.subject_id = giveaways.subject_id
        and promotions.start_ts = giveaways.start_ts
