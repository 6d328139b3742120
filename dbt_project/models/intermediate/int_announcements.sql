-- What came before a LIVE: its scheduled event, notifications and videos, and whom they brought.
-- Grain: one row per live_id.

with events as (
    select * from {{ ref('int_events') }}
    where
        event_type in (
            'notification_sent', 'notification_open', 'live_event_registration', 'promo_post'
        )
),

lives as (
    select
        *,
        live_start_ts - interval '24' hour as promoted_from_ts
    from {{ ref('int_lives') }}
),

views as (
    select * from {{ ref('fct_view') }}
),

scheduled as (
    select * from {{ ref('fct_live_event') }}
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
),

-- A video may be told of several times: its highest count of views is what it reached.
videos as (
    select
        lives.live_id,
        coalesce(events.video_id, events.event_id) as video_id,
        max(events.video_views) as video_views
    from lives
    inner join events
        on
            lives.creator_id = events.creator_id
            and lives.promoted_from_ts <= events.event_ts
            and lives.live_start_ts >= events.event_ts
    where events.event_type = 'promo_post'
    group by lives.live_id, coalesce(events.video_id, events.event_id)
),

promoted as (
    select
        live_id,
        count(*) as videos,
        {{ strict_sum('video_views') }} as video_views
    from videos
    group by live_id
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
    {%- for measure, counted in [
        ('notifications_sent', 'notifications_sent'), ('notification_opens', 'notification_opens'),
        ('notification_recipients', 'recipients'), ('notification_openers', 'openers'),
        ('notification_joiners', 'joiners')
    ] %}
    case
        when lives.has_notifications
            then {{ whole('coalesce(notified.' ~ counted ~ ', 0)') }}
    end as {{ measure }},
    {%- endfor %}
    case
        when lives.has_promos and promoted.videos is null then 0
        when lives.has_promos then {{ whole('promoted.video_views') }}
    end as promo_video_views
from lives
left join scheduled on lives.live_event_id = scheduled.live_event_id
left join registered on lives.live_id = registered.live_id
left join notified on lives.live_id = notified.live_id
left join promoted on lives.live_id = promoted.live_id
