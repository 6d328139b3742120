-- What came of a day for each LIVE, and how much of it late.
-- Grain: one row per source, UTC day of the events (event_date) and live_id, which may be NULL.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['source', 'event_date'],
    rebuilt_in='staging.stg_nights__touched_days'
) }}

with events as (
    select
        source,
        live_id,
        cast(event_ts as date) as event_date,
        event_ts,
        received_ts,
        event_ts + interval '24' hour as on_time_24h_ts,
        event_ts + interval '72' hour as on_time_72h_ts
    from {{ ref('int_events') }}
    where {{ is_on_touched_day() }}
)

select
    source,
    event_date,
    live_id,
    count(*) as events_accepted,
    count(received_ts) as events_timed,
    count(*) filter (where received_ts > on_time_24h_ts) as events_late_24h,
    count(*) filter (where received_ts > on_time_72h_ts) as events_late_72h,
    max(received_ts) as newest_received_ts,
    max(event_ts) as newest_event_ts
from events
group by source, event_date, live_id
