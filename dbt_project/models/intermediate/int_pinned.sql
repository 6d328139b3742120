-- How long each product was pinned in a LIVE; spans of one product do not overlap.
-- Grain: one row per live_id and product_id with a pin.

with intervals as (
    select * from {{ ref('fct_interval') }}
    where kind = 'pin'
)

select
    live_id,
    product_id,
    count(*) as pins,
    sum({{ microseconds_between('start_ts', 'end_ts') }}) as pinned_us
from intervals
group by live_id, product_id
