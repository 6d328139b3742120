-- What the viewers of a LIVE bought of its products in the 7 days after its end, in any LIVE.
-- Grain: one row per live_id; its sum is NULL until the 7 days have passed.

with lives as (
    select * from {{ ref('int_lives') }}
),

visits as (
    select * from {{ ref('int_visits') }}
),

products as (
    select * from {{ ref('int_live_products') }}
),

order_lines as (
    select * from {{ ref('int_order_lines') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

windows as (
    select
        lives.live_id,
        lives.has_orders,
        lives.live_end_ts,
        lives.live_end_ts + interval '7' day as closes_ts,
        as_of.as_of_ts
    from lives
    cross join as_of
),

audiences as (
    select
        windows.live_id,
        windows.live_end_ts,
        windows.closes_ts,
        visits.viewer_id
    from windows
    inner join visits on windows.live_id = visits.live_id
    where windows.closes_ts <= windows.as_of_ts
),

bought as (
    select
        audiences.live_id,
        order_lines.product_id,
        order_lines.gmv
    from audiences
    inner join order_lines
        on
            audiences.viewer_id = order_lines.viewer_id
            and audiences.live_end_ts < order_lines.event_ts
            and audiences.closes_ts >= order_lines.event_ts
),

summed as (
    select
        bought.live_id,
        {{ strict_sum('bought.gmv') }} as gmv_post_7d
    from bought
    inner join products
        on
            bought.live_id = products.live_id
            and bought.product_id = products.product_id
    group by bought.live_id
)

select
    windows.live_id,
    cast(
        case
            when windows.has_orders and windows.closes_ts <= windows.as_of_ts
                then case when summed.live_id is null then 0 else summed.gmv_post_7d end
        end as decimal(18, 2)
    ) as gmv_post_7d
from windows
left join summed on windows.live_id = summed.live_id
