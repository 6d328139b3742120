-- As-of: up to when the data goes, and from when. Windows that reach beyond it have not passed.
-- Grain: one row.

with events as (
    select * from {{ ref('int_events') }}
),

lives as (
    select * from {{ ref('int_lives') }}
)

select
    max(events.event_ts) as as_of_ts,
    (select min(lives.report_date) from lives) as first_report_date
from events
