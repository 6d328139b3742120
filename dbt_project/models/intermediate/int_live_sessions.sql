-- LIVEs with every count, sum and distinct count that the acts in them give.
-- Grain: one row per LIVE (live_id).

with timed as (
    select * from {{ ref('int_timed_lives') }}
),

counted as (
    select * from {{ ref('int_live_acts') }}
),

concurrency as (
    select * from {{ ref('int_concurrency') }}
),

people as (
    select * from {{ ref('int_live_people') }}
),

shopping as (
    select * from {{ ref('int_live_shopping') }}
),

gifting as (
    select * from {{ ref('int_live_gifting') }}
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
    concurrency.total_watch_sec_est,
    concurrency.sampled_sec,
    {{ measure_columns('S', 'counted', 'live_id', 'timed') }},
    people.questions,
    people.questions_replied,
    people.comments_removed,
    people.median_reply_sec,
    people.supporters,
    people.start_punctuality_sec,
    people.event_registrations,
    people.event_registrants_entered,
    people.notifications_sent,
    people.notification_opens,
    people.notification_recipients,
    people.notification_openers,
    people.notification_joiners,
    people.promo_video_views,
    people.median_watch_sec,
    people.p90_watch_sec,
    people.time_to_first_engagement_sec,
    case
        when timed.has_likes and counted.likes <= counted.likes_room_total_max
            then {{ whole('counted.likes') }}
    end as likes_observed,
    people.follower_count_start,
    people.follower_growth,
    case
        when
            timed.has_views
            and coalesce(counted.follower_viewers, 0) <= people.follower_count_start
            then coalesce(counted.follower_viewers, 0)
    end as followers_reached,
    people.unfollows,
    case
        when timed.has_follows
            then coalesce(counted.new_follows_gross, 0) - people.unfollows
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
left join people on timed.live_id = people.live_id
left join shopping on timed.live_id = shopping.live_id
left join gifting on timed.live_id = gifting.live_id
