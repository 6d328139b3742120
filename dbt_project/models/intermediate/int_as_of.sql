-- The instant that the data reaches to: windows that end after it have not passed yet.
-- Grain: one row per warehouse.

with days as (
    select * from {{ ref('int_received_days') }}
)

select max(newest_event_ts) as as_of_ts
from days
