-- The creator's followers around a LIVE: how many at its start and end, how many left meanwhile.
-- Grain: one row per live_id with a creator.

with counts as (
    select * from {{ ref('int_follower_counts') }}
),

unfollows as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'unfollow' and creator_id is not null
),

follows as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'follow' and followers is not null
),

lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

starts as (
    select
        lives.live_id,
        counts.followers
    from lives
    inner join counts
        on
            lives.creator_id = counts.creator_id
            and lives.live_start_ts >= counts.counted_ts
            and lives.live_start_ts < counts.valid_until_ts
),

-- A follow of the webcast feed tells the count after it, so also the one before it; the first of a
-- LIVE is fresher than the last count of an earlier LIVE, maybe months ago.
first_told as (
    select
        lives.live_id,
        follows.followers - 1 as followers
    from lives
    inner join follows
        on
            lives.live_id = follows.live_id
            and lives.live_start_ts <= follows.event_ts
            and lives.live_end_ts >= follows.event_ts
    qualify
        row_number() over (
            partition by lives.live_id order by follows.event_ts, follows.event_id
        ) = 1
),

ends as (
    select
        lives.live_id,
        counts.followers
    from lives
    inner join counts
        on
            lives.creator_id = counts.creator_id
            and lives.live_end_ts >= counts.counted_ts
            and lives.live_end_ts < counts.valid_until_ts
),

-- An unfollow names no LIVE: it counts for the creator's LIVEs that run at that moment.
lost as (
    select
        lives.live_id,
        count(*) as unfollows
    from lives
    inner join unfollows
        on
            lives.creator_id = unfollows.creator_id
            and lives.live_start_ts <= unfollows.event_ts
            and lives.live_end_ts >= unfollows.event_ts
    group by lives.live_id
)

select
    lives.live_id,
    coalesce(lost.unfollows, 0) as unfollows,
    coalesce(first_told.followers, starts.followers) as follower_count_start,
    ends.followers as follower_count_end,
    ends.followers - coalesce(first_told.followers, starts.followers) as follower_growth
from lives
left join starts on lives.live_id = starts.live_id
left join first_told on lives.live_id = first_told.live_id
left join ends on lives.live_id = ends.live_id
left join lost on lives.live_id = lost.live_id
