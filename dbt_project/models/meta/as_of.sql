-- The instant that the data reaches to: windows that end after it have not passed yet.
-- Grain: one row (as_of_ts); NULL is a warehouse without any event.
{{ config(meta={'key': ['as_of_ts']}) }}

with days as (
    select * from {{ ref('int_received_days') }}
)

select max(newest_event_ts) as as_of_ts
from days
