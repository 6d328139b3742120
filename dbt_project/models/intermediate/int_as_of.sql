-- The instant that the data reaches to: windows that end after it have not passed yet.
-- Grain: one row per warehouse.

with events as (
    select * from {{ ref('int_events') }}
)

select max(event_ts) as as_of_ts
from events
