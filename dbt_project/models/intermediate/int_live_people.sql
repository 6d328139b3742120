-- What a LIVE's people did beyond what can be counted from acts: replies, watch times, followers.
-- Grain: one row per live_id.

with lives as (
    select * from {{ ref('int_lives') }}
),

comment_outcomes as (
    select * from {{ ref('int_comment_outcomes') }}
),

supporters as (
    select * from {{ ref('int_supporters') }}
),

announcements as (
    select * from {{ ref('int_announcements') }}
),

promo_videos as (
    select * from {{ ref('int_promo_videos') }}
),

watch_times as (
    select * from {{ ref('int_watch_times') }}
    where channel = 'all'
),

first_engagements as (
    select * from {{ ref('int_first_engagements') }}
    where channel = 'all'
),

followers as (
    select * from {{ ref('int_followers') }}
)

select
    lives.live_id,
    case when lives.has_replies then coalesce(comment_outcomes.questions, 0) end as questions,
    case
        when lives.has_replies then coalesce(comment_outcomes.questions_replied, 0)
    end as questions_replied,
    case
        when lives.has_replies then coalesce(comment_outcomes.comments_removed, 0)
    end as comments_removed,
    case when lives.has_replies then comment_outcomes.median_reply_sec end as median_reply_sec,
    case when lives.has_views then coalesce(supporters.supporters, 0) end as supporters,
    announcements.start_punctuality_sec,
    announcements.event_registrations,
    announcements.event_registrants_entered,
    announcements.notifications_sent,
    announcements.notification_opens,
    announcements.notification_recipients,
    announcements.notification_openers,
    announcements.notification_joiners,
    promo_videos.promo_video_views,
    watch_times.median_watch_sec,
    watch_times.p90_watch_sec,
    first_engagements.time_to_first_engagement_sec,
    followers.follower_count_start,
    followers.follower_growth,
    case when lives.has_unfollows then followers.unfollows end as unfollows
from lives
left join comment_outcomes on lives.live_id = comment_outcomes.live_id
left join supporters on lives.live_id = supporters.live_id
left join announcements on lives.live_id = announcements.live_id
left join promo_videos on lives.live_id = promo_videos.live_id
left join watch_times on lives.live_id = watch_times.live_id
left join first_engagements on lives.live_id = first_engagements.live_id
left join followers on lives.live_id = followers.live_id
