-- What the viewers of a LIVE bought of its products in the 7 days after its end, in any LIVE.
-- Grain: one row per live_id with such sales so far.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_sales'
) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where {{ is_rebuilt(listed='int_rebuilt_sales') }}
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

-- By viewer first: joined by time alone, every LIVE would meet every order line of its week.
bought_before_or_after as (
    select
        lives.live_id,
        order_lines.product_id,
        order_lines.gmv,
        {{ microseconds_between('lives.live_end_ts', 'order_lines.event_ts') }} as since_end_us
    from lives
    inner join visits on lives.live_id = visits.live_id
    inner join order_lines on visits.viewer_id = order_lines.viewer_id
),

bought as (
    select * from bought_before_or_after
    where since_end_us > 0 and since_end_us <= 7 * {{ whole(86400000000) }}
)

select
    bought.live_id,
    {{ strict_sum('bought.gmv') }} as gmv_post_7d
from bought
inner join products
    on
        bought.live_id = products.live_id
        and bought.product_id = products.product_id
group by bought.live_id
