-- LIVE events that creators scheduled, who registered, and whether a LIVE kept to the time.
-- Grain: one row per scheduled event (live_event_id).

with events as (
    select * from {{ ref('int_sparse_events') }}
    where event_type in ('live_event_created', 'live_event_registration')
),

lives as (
    select * from {{ ref('int_lives') }}
),

-- The earliest announcement counts.
announced as (
    select
        live_event_id,
        creator_id,
        scheduled_ts,
        event_ts as announced_ts
    from events
    where
        event_type = 'live_event_created'
        and live_event_id is not null
        and scheduled_ts is not null
    qualify row_number() over (partition by live_event_id order by event_ts, event_id) = 1
),

registered as (
    select
        live_event_id,
        count(distinct viewer_id) as registrations
    from events
    where event_type = 'live_event_registration'
    group by live_event_id
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- Where the creator's LIVEs are reported.
zones as (
    select
        creator_id,
        max_by(reporting_timezone, creator_live_no) as reporting_timezone,
        max_by(market, creator_live_no) as market
    from lives
    group by creator_id
),

-- The LIVE of the event that started nearest to the time.
kept as (
    select
        announced.live_event_id,
        lives.live_id,
        abs(
            {{ microseconds_between('announced.scheduled_ts', 'lives.live_start_ts') }}
        ) as off_us
    from announced
    inner join lives on announced.live_event_id = lives.live_event_id
    qualify
        row_number() over (
            partition by announced.live_event_id
            order by
                abs(
                    {{ microseconds_between('announced.scheduled_ts', 'lives.live_start_ts') }}
                ),
                lives.live_id
        ) = 1
)

select
    -- keys
    announced.live_event_id,
    announced.creator_id,
    kept.live_id,

    -- attributes
    zones.market,

    -- measures
    {{ whole('coalesce(registered.registrations, 0)') }} as event_registrations,

    -- flags
    as_of.as_of_ts >= announced.scheduled_ts + interval '30' minute as is_due,
    coalesce(kept.off_us <= 1800000000, false) as is_hosted,

    -- times
    announced.announced_ts,
    announced.scheduled_ts,
    {{ local_date('announced.scheduled_ts', "coalesce(zones.reporting_timezone, 'UTC')") }}
        as report_date
from announced
cross join as_of
left join registered on announced.live_event_id = registered.live_event_id
left join zones on announced.creator_id = zones.creator_id
left join kept on announced.live_event_id = kept.live_event_id
