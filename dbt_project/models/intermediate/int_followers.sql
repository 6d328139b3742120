-- The creator's followers around a LIVE: how many at its start and end, how many left meanwhile.
-- Grain: one row per live_id with a creator.

with events as (
    select * from {{ ref('int_events') }}
    where event_type in ('unfollow', 'follower_count') and creator_id is not null
),

lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

-- A count holds until the next one; of several at one instant the last by event_id.
counts as (
    select
        creator_id,
        followers,
        event_ts as counted_ts,
        coalesce(
            lead(event_ts) over (partition by creator_id order by event_ts, event_id),
            timestamp '9999-12-31 00:00:00'
        ) as counted_until_ts
    from events
    where event_type = 'follower_count' and followers is not null
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
            and lives.live_start_ts < counts.counted_until_ts
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
            and lives.live_end_ts < counts.counted_until_ts
),

-- An unfollow names no LIVE: it counts for the creator's LIVEs that run at that moment.
lost as (
    select
        lives.live_id,
        count(*) as unfollows
    from lives
    inner join events
        on
            lives.creator_id = events.creator_id
            and lives.live_start_ts <= events.event_ts
            and lives.live_end_ts >= events.event_ts
    where events.event_type = 'unfollow'
    group by lives.live_id
)

select
    lives.live_id,
    coalesce(lost.unfollows, 0) as unfollows,
    starts.followers as follower_count_start,
    ends.followers as follower_count_end,
    ends.followers - starts.followers as follower_growth
from lives
left join starts on lives.live_id = starts.live_id
left join ends on lives.live_id = ends.live_id
left join lost on lives.live_id = lost.live_id
