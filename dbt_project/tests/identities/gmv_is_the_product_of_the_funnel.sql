-- METRICS 15.2, relative to 1e-9, where every factor is positive.
select
    live_id,
    gmv,
    impressions * err * live_ctr * ctor * gmv_per_sku_order as product_of_steps
from {{ ref('live_sessions') }}
where
    impressions > 0
    and err > 0
    and live_ctr > 0
    and ctor > 0
    and gmv > 0
    and abs(cast(gmv as double) - impressions * err * live_ctr * ctor * gmv_per_sku_order)
    > 1e-9 * cast(gmv as double)
