-- The newest receipt of each source: how far its deliveries reach.
-- Grain: one row per source.

with days as (
    select * from {{ ref('int_received_days') }}
)

select
    source,
    max(newest_received_ts) as newest_received_ts,
    {{ whole('sum(events_timed)') }} as events_timed
from days
group by source
