-- LIVEs with every count, sum and distinct count that the acts in them give.
-- Grain: one row per LIVE (live_id).
{{ config(meta={'key': ['live_id']}) }}

with lives as (
    select
        *,
        has_views and creator_id is not null and creator_live_no > 1 as has_previous_live,
        has_views
        and creator_id is not null
        and creator_live_no < max(creator_live_no) over (
            partition by creator_id
        ) as has_next_live
    from {{ ref('int_lives') }}
),

acts as (
    select * from {{ ref('int_acts') }}
),

pauses as (
    select * from {{ ref('int_pauses') }}
),

concurrency as (
    select * from {{ ref('int_concurrency') }}
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
),

shopping as (
    select * from {{ ref('int_live_shopping') }}
),

gifting as (
    select * from {{ ref('int_live_gifting') }}
),

counted as (
    select
        live_id,
        {{ aggregated_measures('S') }}
    from acts
    group by live_id
),

paused as (
    select
        live_id,
        sum(paused_us) as paused_us
    from pauses
    group by live_id
),

timed as (
    select
        lives.*,
        {{ whole('coalesce(paused.paused_us, 0)') }} as paused_us
    from lives
    left join paused on lives.live_id = paused.live_id
)

select
    -- keys
    timed.live_id,
    timed.creator_id,

    -- attributes
    timed.source,
    timed.market,
    timed.reporting_timezone,
    timed.title,
    timed.category,
    timed.device,
    timed.language,
    timed.live_event_id,
    timed.sponsor,
    {{ whole('timed.creator_live_no') }} as creator_live_no,

    -- measures
    cast(timed.span_us - timed.paused_us as double) / 1000000 as live_duration_sec,
    cast(timed.paused_us as double) / 1000000 as paused_sec,
    {{ whole('concurrency.pcu') }} as pcu,
    {{ measure_columns('S', 'counted', 'live_id', 'timed') }},
    case when timed.has_replies then coalesce(comment_outcomes.questions, 0) end as questions,
    case
        when timed.has_replies then coalesce(comment_outcomes.questions_replied, 0)
    end as questions_replied,
    case
        when timed.has_replies then coalesce(comment_outcomes.comments_removed, 0)
    end as comments_removed,
    case when timed.has_replies then comment_outcomes.median_reply_sec end as median_reply_sec,
    case when timed.has_views then coalesce(supporters.supporters, 0) end as supporters,
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
    case
        when timed.has_likes and counted.likes <= counted.likes_room_total_max
            then {{ whole('counted.likes') }}
    end as likes_observed,
    followers.follower_count_start,
    followers.follower_growth,
    case
        when
            timed.has_views
            and coalesce(counted.follower_viewers, 0) <= followers.follower_count_start
            then coalesce(counted.follower_viewers, 0)
    end as followers_reached,
    case when timed.has_unfollows then followers.unfollows end as unfollows,
    case
        when timed.has_follows and timed.has_unfollows
            then coalesce(counted.new_follows_gross, 0) - followers.unfollows
    end as net_follows,
    shopping.cancelled_lines,
    shopping.refunded_lines,
    shopping.gmv_net,
    shopping.affiliate_gmv,
    shopping.gmv_post_7d,
    shopping.ad_spend,
    shopping.gmv_in_ads,
    shopping.pin_starts,
    shopping.pinned_union_sec,
    shopping.longest_no_pin_sec,
    shopping.bag_size,
    shopping.themes_in_bag,
    shopping.bag_reorders,
    shopping.top_slot_fit,
    case
        when timed.has_diamonds and counted.live_id is null
            then {{ to_usd('0', 'gifting.usd_per_diamond') }}
        when timed.has_diamonds then {{ to_usd('counted.diamonds', 'gifting.usd_per_diamond') }}
    end as diamond_value,
    gifting.gift_spread,
    gifting.top1_gifter_diamonds,
    gifting.top10_gifter_diamonds,
    gifting.new_gifters,
    gifting.repeat_gifters_30d,
    gifting.heart_me_joins,
    gifting.team_joiners_with_view,
    gifting.guest_sec,
    case
        when timed.has_views and timed.sponsor is not null
            then coalesce(counted.engaged_viewers, 0)
    end as sponsor_reach_engaged,

    -- flags
    timed.is_start_inferred,
    timed.is_end_inferred,
    timed.bound_conflicts > 0 as has_bound_conflict,
    timed.is_thinned,
    concurrency.pcu_is_sampled,
    {{ feed_flags('timed') }},
    timed.has_previous_live,
    timed.has_next_live,

    -- times
    timed.live_start_ts,
    timed.live_end_ts,
    timed.report_date
from timed
left join counted on timed.live_id = counted.live_id
left join concurrency on timed.live_id = concurrency.live_id
left join comment_outcomes on timed.live_id = comment_outcomes.live_id
left join supporters on timed.live_id = supporters.live_id
left join announcements on timed.live_id = announcements.live_id
left join promo_videos on timed.live_id = promo_videos.live_id
left join watch_times on timed.live_id = watch_times.live_id
left join first_engagements on timed.live_id = first_engagements.live_id
left join followers on timed.live_id = followers.live_id
left join shopping on timed.live_id = shopping.live_id
left join gifting on timed.live_id = gifting.live_id
