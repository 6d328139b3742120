-- How many events a day will have when all have come: each that came stands for those still out.
-- Grain: one row per source and UTC day of the events (event_date).

with events as (
    select
        source,
        event_ts
    from {{ ref('int_events') }}
),

newest as (
    select * from {{ ref('int_newest_receipts') }}
),

lateness as (
    select * from {{ ref('int_lateness') }}
),

aged as (
    select
        events.source,
        cast(events.event_ts as date) as event_date,
        {{ whole_minutes(microseconds_between('events.event_ts', 'newest.newest_received_ts')) }}
            as minutes,
        count(*) as events
    from events
    inner join newest on events.source = newest.source
    group by
        events.source,
        cast(events.event_ts as date),
        {{ whole_minutes(microseconds_between('events.event_ts', 'newest.newest_received_ts')) }}
)

select
    aged.source,
    aged.event_date,
    -- one minute of which nothing is known leaves the day unknown
    case
        when min(coalesce(lateness.share_arrived, 0)) > 0
            then {{ in_order('sum', ratio('aged.events', 'lateness.share_arrived')) }}
    end as events_expected
from aged
left join lateness on aged.source = lateness.source and aged.minutes = lateness.minutes
group by aged.source, aged.event_date
