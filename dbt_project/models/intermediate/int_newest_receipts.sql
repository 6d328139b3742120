-- The newest receipt of each source: how far its deliveries reach.
-- Grain: one row per source.

with events as (
    select
        source,
        received_ts
    from {{ ref('int_events') }}
)

select
    source,
    max(received_ts) as newest_received_ts,
    count(received_ts) as events_timed
from events
group by source
