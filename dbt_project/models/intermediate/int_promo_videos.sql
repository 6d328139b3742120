-- The videos that a creator posted in the 24 hours before a LIVE, and how often they were viewed.
-- Grain: one row per live_id whose source tells of promotions.

with posts as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'promo_post'
),

lives as (
    select
        *,
        live_start_ts - interval '24' hour as promoted_from_ts
    from {{ ref('int_lives') }}
    where has_promos
),

-- A video may be told of several times: its highest count of views is what it reached.
videos as (
    select
        lives.live_id,
        coalesce(posts.video_id, posts.event_id) as video_id,
        max(posts.video_views) as video_views
    from lives
    inner join posts
        on
            lives.creator_id = posts.creator_id
            and lives.promoted_from_ts <= posts.event_ts
            and lives.live_start_ts >= posts.event_ts
    group by lives.live_id, coalesce(posts.video_id, posts.event_id)
),

promoted as (
    select
        live_id,
        {{ strict_sum('video_views') }} as video_views
    from videos
    group by live_id
)

select
    lives.live_id,
    case
        when promoted.live_id is null then 0
        else {{ whole('promoted.video_views') }}
    end as promo_video_views
from lives
left join promoted on lives.live_id = promoted.live_id
