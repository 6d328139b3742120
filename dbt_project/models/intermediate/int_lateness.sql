-- How much of what happened has arrived after so many minutes, learned from each source's receipts.
-- Grain: one row per source and whole minutes (minutes, rounded up) that an event took or is old.

-- A late event of today is not here yet, so plain shares would flatter. Reverse hazards do not:
-- among events at least j minutes old that came within j, the share that came just then (Lawless
-- 1994, Adjustments for reporting delays, Canadian Journal of Statistics 22).

with events as (
    select
        source,
        event_ts,
        received_ts
    from {{ ref('int_events') }}
),

newest as (
    select * from {{ ref('int_newest_receipts') }}
),

aged as (
    select
        events.source,
        {{ whole_minutes(microseconds_between('events.event_ts', 'events.received_ts')) }} as delay,
        {{ whole_minutes(microseconds_between('events.event_ts', 'newest.newest_received_ts')) }}
            as age
    from events
    inner join newest
        on
            events.source = newest.source
            and newest.events_timed >= {{ parameter('min_timed_events') }}
),

-- Every number of minutes somebody may ask for, with what is known of it.
marks as (
    select
        source,
        delay as minutes,
        count(*) as arrived,
        0 as aged
    from aged
    where delay is not null
    group by source, delay
    union all
    select
        source,
        age as minutes,
        0 as arrived,
        count(delay) as aged
    from aged
    group by source, age
),

steps as (
    select
        source,
        minutes,
        sum(arrived) as arrived,
        sum(aged) as aged
    from marks
    group by source, minutes
),

risks as (
    select
        source,
        minutes,
        arrived,
        -- came within these minutes, and is at least as old
        aged + sum(arrived) over up_to - sum(aged) over up_to as at_risk
    from steps
    window up_to as (
        partition by source order by minutes
        rows between unbounded preceding and current row
    )
),

hazards as (
    select
        source,
        minutes,
        case
            when arrived > 0 and at_risk >= {{ parameter('min_timed_events') }}
                then {{ ratio('at_risk - arrived', 'at_risk') }}
            else 1
        end as kept
    from risks
),

-- What arrived by a minute is what no later minute added.
later as (
    select
        source,
        minutes,
        coalesce(
            sum(case when kept > 0 then ln(kept) end) over after_it, 0
        ) as log_kept,
        coalesce(min(kept) over after_it, 1) as least_kept
    from hazards
    window after_it as (
        partition by source order by minutes desc
        rows between unbounded preceding and 1 preceding
    )
)

select
    source,
    minutes,
    case when least_kept > 0 then round(exp(log_kept), 9) else 0 end as share_arrived
from later
