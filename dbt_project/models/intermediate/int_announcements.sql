-- What came before a LIVE: its scheduled event and notifications, and whom they brought.
-- Grain: one row per live_id.

with events as (
    select * from {{ ref('int_events') }}
    where event_type in ('notification_sent', 'notification_open', 'live_event_registration')
),

lives as (
    select * from {{ ref('int_lives') }}
),

views as (
    select * from {{ ref('int_views') }}
),

scheduled as (
    select * from {{ ref('int_live_events') }}
),

visits as (
    select distinct
        live_id,
        viewer_id
    from views
),

registered as (
    select
        lives.live_id,
        count(distinct events.viewer_id) as registrants,
        count(distinct visits.viewer_id) as registrants_entered
    from lives
    inner join events on lives.live_event_id = events.live_event_id
    left join visits on lives.live_id = visits.live_id and events.viewer_id = visits.viewer_id
    where events.event_type = 'live_event_registration'
    group by lives.live_id
),

sent as (
    select
        live_id,
        viewer_id,
        event_ts as sent_ts,
        event_ts + interval '15' minute as joinable_until_ts
    from events
    where event_type = 'notification_sent'
),

-- Plain comparisons only, see int_acts.
joined as (
    select distinct
        sent.live_id,
        sent.viewer_id
    from sent
    inner join views
        on
            sent.live_id = views.live_id
            and sent.viewer_id = views.viewer_id
            and sent.sent_ts <= views.entered_ts
            and sent.joinable_until_ts >= views.entered_ts
),

recipients as (
    select
        live_id,
        viewer_id,
        count(*) filter (where event_type = 'notification_sent') as sent,
        count(*) filter (where event_type = 'notification_open') as opens
    from events
    where event_type in ('notification_sent', 'notification_open')
    group by live_id, viewer_id
),

notified as (
    select
        recipients.live_id,
        sum(recipients.sent) as notifications_sent,
        sum(recipients.opens) as notification_opens,
        count(*) filter (where recipients.sent > 0) as recipients,
        count(*) filter (where recipients.sent > 0 and recipients.opens > 0) as openers,
        count(joined.viewer_id) as joiners
    from recipients
    left join joined
        on
            recipients.live_id = joined.live_id
            and recipients.viewer_id = joined.viewer_id
    group by recipients.live_id
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
            then {{ whole('coalesce(notified.notifications_sent, 0)') }}
    end as notifications_sent,
    case
        when lives.has_notifications
            then {{ whole('coalesce(notified.notification_opens, 0)') }}
    end as notification_opens,
    case
        when lives.has_notifications
            then {{ whole('coalesce(notified.recipients, 0)') }}
    end as notification_recipients,
    case
        when lives.has_notifications
            then {{ whole('coalesce(notified.openers, 0)') }}
    end as notification_openers,
    case
        when lives.has_notifications
            then {{ whole('coalesce(notified.joiners, 0)') }}
    end as notification_joiners
from lives
left join scheduled on lives.live_event_id = scheduled.live_event_id
left join registered on lives.live_id = registered.live_id
left join notified on lives.live_id = notified.live_id
