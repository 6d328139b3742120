-- The shopping bag of a LIVE: products, themes, and how often the host moved one.
-- Grain: one row per live_id with a change of the bag up to the LIVE's end.

with lives as (
    select * from {{ ref('int_lives') }}
),

changes as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'bag_update'
),

products as (
    select * from {{ ref('stg_reference__products') }}
),

-- The bag may be filled before the LIVE starts.
in_time as (
    select
        lives.live_id,
        changes.product_id,
        changes.action,
        changes.event_ts >= lives.live_start_ts as is_in_live,
        cast(lives.live_start_ts as date) as live_date
    from changes
    inner join lives
        on changes.live_id = lives.live_id and changes.event_ts <= lives.live_end_ts
),

added as (
    select distinct
        live_id,
        product_id,
        live_date
    from in_time
    where action = 'add' and product_id is not null
),

-- The product's row that was valid when the LIVE started.
themed as (
    select
        added.live_id,
        added.product_id,
        products.theme
    from added
    left join products
        on added.product_id = products.product_id and added.live_date >= products.valid_from
    qualify
        row_number() over (
            partition by added.live_id, added.product_id order by products.valid_from desc
        ) = 1
),

sizes as (
    select
        live_id,
        count(*) as bag_size,
        case when count(*) = count(theme) then count(distinct theme) end as themes_in_bag
    from themed
    group by live_id
),

moved as (
    select
        live_id,
        count(*) filter (where action = 'move' and is_in_live) as bag_reorders
    from in_time
    group by live_id
)

select
    moved.live_id,
    coalesce(sizes.bag_size, 0) as bag_size,
    case when sizes.live_id is null then 0 else sizes.themes_in_bag end as themes_in_bag,
    moved.bag_reorders
from moved
left join sizes on moved.live_id = sizes.live_id
