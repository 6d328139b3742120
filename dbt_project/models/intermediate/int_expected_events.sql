-- How many events a day will have when all have come: each that came stands for those still out.
-- Grain: one row per source of which lateness is known, and UTC day of the events (event_date).

with receipts as (
    select * from {{ ref('int_receipts') }}
),

newest as (
    select
        source,
        date_trunc('minute', newest_received_ts) as newest_minute_ts
    from {{ ref('int_newest_receipts') }}
),

lateness as (
    select * from {{ ref('int_lateness') }}
),

-- What is older than the longest delay is as complete as what is just as old.
longest as (
    select
        newest.source,
        newest.newest_minute_ts,
        {{ minutes_after('newest.newest_minute_ts', '-max(lateness.minutes)') }} as from_minute_ts
    from newest
    inner join lateness on newest.source = lateness.source
    group by newest.source, newest.newest_minute_ts
),

minutes as (
    select
        receipts.source,
        receipts.event_date,
        longest.newest_minute_ts,
        greatest(receipts.event_minute_ts, longest.from_minute_ts) as event_minute_ts,
        sum(receipts.events) as events
    from receipts
    inner join longest on receipts.source = longest.source
    group by
        receipts.source,
        receipts.event_date,
        longest.newest_minute_ts,
        greatest(receipts.event_minute_ts, longest.from_minute_ts)
),

aged as (
    select
        source,
        event_date,
        {{ clock_minutes('event_minute_ts', 'newest_minute_ts') }} as minutes,
        sum(events) as events
    from minutes
    group by
        source,
        event_date,
        {{ clock_minutes('event_minute_ts', 'newest_minute_ts') }}
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
