-- How much of what happened has arrived after so many minutes, learned from each source's receipts.
-- Grain: one row per source and clock minutes that an event took or is old (minutes), up to the
-- longest that one took: then all has arrived.

-- A late event of today is not here yet, so plain shares would flatter. Reverse hazards do not:
-- among events at least j minutes old that came within j, the share that came just then (Lawless
-- 1994, Adjustments for reporting delays, Canadian Journal of Statistics 22).

with newest as (
    select
        source,
        date_trunc('minute', newest_received_ts) as newest_minute_ts
    from {{ ref('int_newest_receipts') }}
    where events_timed >= {{ parameter('min_timed_events') }}
),

delays as (
    select
        source,
        delay_minutes as minutes,
        sum(events) as arrived
    from {{ ref('int_receipts') }}
    where delay_minutes is not null
    group by source, delay_minutes
),

arrivals as (
    select delays.*
    from delays
    inner join newest on delays.source = newest.source
),

-- Named here, since DuckDB writes down the whole of what is named once and read twice.
receipts as (
    select * from {{ ref('int_receipts') }}
),

-- How old the events are that may have company still to come.
young as (
    select
        newest.source,
        newest.newest_minute_ts,
        {{ minutes_after('newest.newest_minute_ts', '-max(arrivals.minutes)') }} as from_minute_ts
    from newest
    inner join arrivals on newest.source = arrivals.source
    group by newest.source, newest.newest_minute_ts
),

ages as (
    select
        receipts.source,
        {{ clock_minutes('receipts.event_minute_ts', 'young.newest_minute_ts') }}
            as minutes,
        sum(receipts.events) filter (where receipts.delay_minutes is not null) as aged
    from receipts
    inner join young
        on
            receipts.source = young.source
            and receipts.event_minute_ts >= young.from_minute_ts
    group by
        receipts.source,
        {{ clock_minutes('receipts.event_minute_ts', 'young.newest_minute_ts') }}
),

-- Every number of minutes somebody may ask for, with what is known of it.
marks as (
    select
        source,
        minutes,
        arrived,
        0 as aged
    from arrivals
    union all
    select
        source,
        minutes,
        0 as arrived,
        coalesce(aged, 0) as aged
    from ages
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
