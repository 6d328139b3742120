-- A creator's day beyond its LIVEs: loyal viewers, unfollows, followers gained.
-- Grain: one row per creator_id and report_date with LIVEs.

with lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

followers as (
    select * from {{ ref('int_followers') }}
),

unfollows as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'unfollow' and creator_id is not null
),

loyal as (
    select * from {{ ref('int_loyal_viewers') }}
),

zones as (
    select distinct
        creator_id,
        reporting_timezone
    from lives
),

lost as (
    select
        zones.creator_id,
        zones.reporting_timezone,
        {{ local_date('unfollows.event_ts', 'zones.reporting_timezone') }} as report_date,
        count(*) as unfollows
    from unfollows
    inner join zones on unfollows.creator_id = zones.creator_id
    group by
        zones.creator_id,
        zones.reporting_timezone,
        {{ local_date('unfollows.event_ts', 'zones.reporting_timezone') }}
),

-- From the first LIVE of the day to the last; unknown where one of the counts is.
days as (
    select
        lives.creator_id,
        lives.report_date,
        min(lives.reporting_timezone) as reporting_timezone,
        count(*) as lives,
        count(followers.follower_growth) as lives_counted,
        min_by(followers.follower_count_start, lives.creator_live_no) as follower_count_start,
        max_by(followers.follower_count_end, lives.live_end_ts) as follower_count_end
    from lives
    left join followers on lives.live_id = followers.live_id
    group by lives.creator_id, lives.report_date
)

select
    days.creator_id,
    days.report_date,
    coalesce(loyal.loyal_viewers, 0) as loyal_viewers,
    coalesce(lost.unfollows, 0) as unfollows,
    case
        when days.lives = days.lives_counted
            then days.follower_count_end - days.follower_count_start
    end as follower_growth
from days
left join loyal
    on days.creator_id = loyal.creator_id and days.report_date = loyal.report_date
left join lost
    on
        days.creator_id = lost.creator_id
        and days.report_date = lost.report_date
        and days.reporting_timezone = lost.reporting_timezone
