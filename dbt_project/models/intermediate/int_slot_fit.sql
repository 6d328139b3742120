-- Do the products that people click stand at the top of the bag? Spearman's rank correlation.
-- Grain: one row per live_id with at least 3 products that have a position in the bag.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
),

changes as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'bag_update' and {{ is_rebuilt() }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where event_type = 'product_click' and phase = 'in_live' and {{ is_rebuilt() }}
),

-- The last position that the product was given while the LIVE lasted.
positions as (
    select
        changes.live_id,
        changes.product_id,
        changes.bag_position
    from changes
    inner join lives
        on changes.live_id = lives.live_id and changes.event_ts <= lives.live_end_ts
    where
        changes.product_id is not null
        and changes.bag_position is not null
        and coalesce(changes.action, 'add') <> 'remove'
    qualify
        row_number() over (
            partition by changes.live_id, changes.product_id
            order by changes.event_ts desc, changes.event_id desc
        ) = 1
),

clicks as (
    select
        live_id,
        product_id,
        count(*) as clicks
    from acts
    group by live_id, product_id
),

placed as (
    select
        positions.live_id,
        positions.bag_position,
        coalesce(clicks.clicks, 0) as clicks
    from positions
    left join clicks
        on
            positions.live_id = clicks.live_id
            and positions.product_id = clicks.product_id
),

-- Twice the distance of the mean rank of ties from the mean of all: whole numbers, exact sums.
ranked as (
    select
        live_id,
        count(*) over live as products,
        cast(
            2 * rank() over (partition by live_id order by bag_position)
            + count(*) over (partition by live_id, bag_position)
            - count(*) over live - 2 as double
        ) as from_top,
        cast(
            2 * rank() over (partition by live_id order by clicks desc)
            + count(*) over (partition by live_id, clicks)
            - count(*) over live - 2 as double
        ) as from_most_clicked
    from placed
    window live as (partition by live_id)
)

select
    live_id,
    {{ ratio(
        'sum(from_top * from_most_clicked)',
        'sqrt(sum(from_top * from_top) * sum(from_most_clicked * from_most_clicked))'
    ) }} as top_slot_fit
from ranked
where products >= 3
group by live_id
