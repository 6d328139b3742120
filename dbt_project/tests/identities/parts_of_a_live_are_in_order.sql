-- METRICS 15.4 and 15.6, where the feeds are complete.
select
    live_id,
    pcu,
    acu,
    viewers,
    views,
    effective_views_10s,
    orders,
    sku_orders,
    units_sold,
    gmv_net,
    gmv_paid,
    gmv,
    avg_watch_sec_per_view,
    avg_watch_sec_per_viewer,
    live_duration_sec
from {{ ref('live_sessions') }}
where
    not is_lower_bound
    and (
        pcu > viewers
        or acu > pcu * (1 + 1e-9)
        or viewers > views
        or effective_views_10s > views
        or orders > sku_orders
        or sku_orders > units_sold
        or gmv_paid > gmv
        or gmv_net > gmv_paid
        or avg_watch_sec_per_view > avg_watch_sec_per_viewer * (1 + 1e-9)
        or avg_watch_sec_per_viewer > live_duration_sec * (1 + 1e-9)
    )
