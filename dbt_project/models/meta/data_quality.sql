-- What came for a day: how much, how late, and what had to be inferred.
-- Grain: one row per source and UTC day of the events (event_date).
{{ config(meta={'key': ['source', 'event_date']}) }}

with events as (
    select
        *,
        cast(event_ts as date) as event_date,
        event_ts + interval '24' hour as on_time_24h_ts,
        event_ts + interval '72' hour as on_time_72h_ts,
        case
            when event_ts > received_ts
                then {{ microseconds_between('received_ts', 'event_ts') }}
        end as ahead_us
    from {{ ref('int_events') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

expected as (
    select * from {{ ref('int_expected_events') }}
),

copies as (
    select
        'events' as source,
        cast(event_ts as date) as event_date
    from {{ source('raw', 'events_duplicates') }}
    union all
    select
        'webcast' as source,
        cast(event_ts as date) as event_date
    from {{ source('raw', 'webcast_messages_duplicates') }}
    where event_ts is not null
),

accepted as (
    select
        events.source,
        events.event_date,
        count(*) as events_accepted,
        count(events.received_ts) as events_timed,
        count(*) filter (
            where events.received_ts > events.on_time_24h_ts
        ) as events_late_24h,
        count(*) filter (
            where events.received_ts > events.on_time_72h_ts
        ) as events_late_72h,
        count(*) filter (
            where events.live_id is not null and lives.live_id is null
        ) as events_orphan,
        case
            when count(events.ahead_us) >= {{ parameter('min_skew_events') }}
                then
                    percentile_cont(0.99) within group (order by cast(events.ahead_us as double))
                    / 1000000
        end as clock_skew_sec_p99
    from events
    left join lives on events.live_id = lives.live_id
    group by events.source, events.event_date
),

duplicated as (
    select
        source,
        event_date,
        count(*) as events_duplicate
    from copies
    group by source, event_date
),

started as (
    select
        source,
        cast(live_start_ts as date) as event_date,
        count(*) as lives_started,
        count(*) filter (where is_end_inferred) as lives_end_inferred
    from lives
    group by source, cast(live_start_ts as date)
),

days as (
    select
        coalesce(accepted.source, duplicated.source) as source,
        coalesce(accepted.event_date, duplicated.event_date) as event_date,
        coalesce(accepted.events_accepted, 0) as events_accepted,
        coalesce(duplicated.events_duplicate, 0) as events_duplicate,
        coalesce(accepted.events_timed, 0) as events_timed,
        coalesce(accepted.events_late_24h, 0) as events_late_24h,
        coalesce(accepted.events_late_72h, 0) as events_late_72h,
        coalesce(accepted.events_orphan, 0) as events_orphan,
        coalesce(started.lives_started, 0) as lives_started,
        coalesce(started.lives_end_inferred, 0) as lives_end_inferred,
        expected.events_expected,
        accepted.clock_skew_sec_p99
    from accepted
    full outer join duplicated
        on
            accepted.source = duplicated.source
            and accepted.event_date = duplicated.event_date
    left join started
        on accepted.source = started.source and accepted.event_date = started.event_date
    left join expected
        on accepted.source = expected.source and accepted.event_date = expected.event_date
)

select
    -- keys
    source,
    event_date,

    -- measures
    {{ measure_names('DQ') }},

    -- ratios
    {{ ratio_columns('DQ') }}
from days
