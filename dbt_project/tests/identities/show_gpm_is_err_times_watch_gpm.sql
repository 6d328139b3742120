-- METRICS 15.1, relative to 1e-9.
select
    live_id,
    show_gpm,
    err,
    watch_gpm
from {{ ref('live_sessions') }}
where abs(show_gpm - err * watch_gpm) > 1e-9 * greatest(abs(show_gpm), 1e-9)
