-- Whom notifications of a LIVE reached, and who came within a quarter of an hour.
-- Grain: one row per live_id with notifications.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with events as (
    select * from {{ ref('int_events') }}
    where event_type in ('notification_sent', 'notification_open') and {{ is_rebuilt() }}
),

views as (
    select * from {{ ref('int_views') }}
    where {{ is_rebuilt() }}
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
    group by live_id, viewer_id
)

select
    recipients.live_id,
    {{ whole('sum(recipients.sent)') }} as notifications_sent,
    {{ whole('sum(recipients.opens)') }} as notification_opens,
    count(*) filter (where recipients.sent > 0) as notification_recipients,
    count(*) filter (where recipients.sent > 0 and recipients.opens > 0) as notification_openers,
    count(joined.viewer_id) as notification_joiners
from recipients
left join joined
    on
        recipients.live_id = joined.live_id
        and recipients.viewer_id = joined.viewer_id
group by recipients.live_id
