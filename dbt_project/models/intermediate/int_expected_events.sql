-- How many events a day will have when all have come: each that came stands for those still out.
-- Grain: one row per source and UTC day of the events (event_date).

with receipts as (
    select * from {{ ref('int_receipts') }}
),

newest as (
    select * from {{ ref('int_newest_receipts') }}
),

lateness as (
    select * from {{ ref('int_lateness') }}
),

longest as (
    select
        source,
        max(minutes) as minutes
    from lateness
    group by source
),

minutes as (
    select
        source,
        event_date,
        event_minute_ts,
        sum(events) as events
    from receipts
    group by source, event_date, event_minute_ts
),

-- What is older than the longest delay is as complete as what is just as old.
aged as (
    select
        minutes.source,
        minutes.event_date,
        minutes.events,
        least(
            {{ clock_minutes('minutes.event_minute_ts', 'newest.newest_received_ts') }},
            longest.minutes
        ) as minutes
    from minutes
    inner join newest on minutes.source = newest.source
    left join longest on minutes.source = longest.source
),

ages as (
    select
        source,
        event_date,
        minutes,
        sum(events) as events
    from aged
    group by source, event_date, minutes
)

select
    ages.source,
    ages.event_date,
    -- one minute of which nothing is known leaves the day unknown
    case
        when min(coalesce(lateness.share_arrived, 0)) > 0
            then {{ in_order('sum', ratio('ages.events', 'lateness.share_arrived')) }}
    end as events_expected
from ages
left join lateness on ages.source = lateness.source and ages.minutes = lateness.minutes
group by ages.source, ages.event_date
