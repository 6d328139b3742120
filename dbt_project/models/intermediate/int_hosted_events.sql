-- How many of the events that a creator scheduled for a week were held.
-- Grain: one row per creator_id and report_week with events that are due.

with live_events as (
    select * from {{ ref('int_live_events') }}
)

select
    creator_id,
    {{ week_of('report_date') }} as report_week,
    count(*) as events_scheduled,
    count(*) filter (where is_hosted) as events_hosted
from live_events
where is_due
group by creator_id, {{ week_of('report_date') }}
