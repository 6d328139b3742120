-- LIVEs with every count, sum and distinct count that the acts in them give.
-- Grain: one row per LIVE (live_id).
{{ config(meta={'key': ['live_id']}) }}

with lives as (
    select
        *,
        has_views and creator_id is not null and creator_live_no > 1 as has_previous_live
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

    -- flags
    timed.is_start_inferred,
    timed.is_end_inferred,
    timed.bound_conflicts > 0 as has_bound_conflict,
    timed.is_thinned,
    concurrency.pcu_is_sampled,
    {{ feed_flags('timed') }},
    timed.has_previous_live,

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
