-- What came before a LIVE: its scheduled event and notifications, and whom they brought.
-- Grain: one row per live_id.

with registrations as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'live_event_registration'
),

lives as (
    select * from {{ ref('int_lives') }}
),

visits as (
    select * from {{ ref('int_visits') }}
),

scheduled as (
    select * from {{ ref('int_live_events') }}
),

notified as (
    select * from {{ ref('int_notifications') }}
),

registered as (
    select
        lives.live_id,
        count(distinct registrations.viewer_id) as registrants,
        count(distinct visits.viewer_id) as registrants_entered
    from lives
    inner join registrations on lives.live_event_id = registrations.live_event_id
    left join visits
        on lives.live_id = visits.live_id and registrations.viewer_id = visits.viewer_id
    group by lives.live_id
)

select
    lives.live_id,
    cast(
        {{ microseconds_between('scheduled.scheduled_ts', 'lives.live_start_ts') }} as double
    ) / 1000000 as start_punctuality_sec,
    case
        when lives.live_event_id is not null
            then coalesce(registered.registrants, 0)
    end as event_registrations,
    case
        when lives.live_event_id is not null
            then coalesce(registered.registrants_entered, 0)
    end as event_registrants_entered,
    case
        when lives.has_notifications
            then coalesce(notified.notifications_sent, 0)
    end as notifications_sent,
    case
        when lives.has_notifications
            then coalesce(notified.notification_opens, 0)
    end as notification_opens,
    case
        when lives.has_notifications
            then coalesce(notified.notification_recipients, 0)
    end as notification_recipients,
    case
        when lives.has_notifications
            then coalesce(notified.notification_openers, 0)
    end as notification_openers,
    case
        when lives.has_notifications
            then coalesce(notified.notification_joiners, 0)
    end as notification_joiners
from lives
left join scheduled on lives.live_event_id = scheduled.live_event_id
left join registered on lives.live_id = registered.live_id
left join notified on lives.live_id = notified.live_id
