-- What came for a day: how much, how late, and what had to be inferred.
-- Grain: one row per source and UTC day of the events (event_date).
{{ config(meta={'key': ['source', 'event_date']}) }}

with received as (
    select * from {{ ref('int_received_days') }}
),

skews as (
    select * from {{ ref('int_clock_skews') }}
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
        received.source,
        received.event_date,
        {{ whole('sum(received.events_accepted)') }} as events_accepted,
        {{ whole('sum(received.events_timed)') }} as events_timed,
        {{ whole('sum(received.events_late_24h)') }} as events_late_24h,
        {{ whole('sum(received.events_late_72h)') }} as events_late_72h,
        cast(
            sum(received.events_accepted) filter (
                where received.live_id is not null and lives.live_id is null
            ) as bigint
        ) as events_orphan
    from received
    left join lives on received.live_id = lives.live_id
    group by received.source, received.event_date
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
        skews.clock_skew_sec_p99
    from accepted
    full outer join duplicated
        on
            accepted.source = duplicated.source
            and accepted.event_date = duplicated.event_date
    left join started
        on accepted.source = started.source and accepted.event_date = started.event_date
    left join expected
        on accepted.source = expected.source and accepted.event_date = expected.event_date
    left join skews
        on accepted.source = skews.source and accepted.event_date = skews.event_date
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
