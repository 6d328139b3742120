-- METRICS 15.3.
select
    live_id,
    acu,
    live_duration_sec,
    total_watch_sec
from {{ ref('live_sessions') }}
where abs(acu * live_duration_sec - total_watch_sec) > 1e-9 * greatest(total_watch_sec, 1)
