-- How many events happened in a minute, and came how late.
-- Grain: one row per source, minute of the events (event_minute_ts) and delay in clock minutes
-- (delay_minutes, NULL where no receipt is known).
{{ config(
    materialized='rebuilt',
    rebuilt_by=['source', 'event_date'],
    rebuilt_in='staging.stg_nights__touched_days'
) }}

with events as (
    select
        source,
        cast(event_ts as date) as event_date,
        date_trunc('minute', event_ts) as event_minute_ts,
        {{ clock_minutes('event_ts', 'received_ts') }} as delay_minutes
    from {{ ref('int_events') }}
    where {{ is_on_touched_day() }}
)

select
    source,
    event_date,
    event_minute_ts,
    delay_minutes,
    count(*) as events
from events
group by source, event_date, event_minute_ts, delay_minutes
