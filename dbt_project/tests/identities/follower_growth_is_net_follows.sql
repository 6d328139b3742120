{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_live_session'}}}) }}
-- METRICS 15.11: over a LIVE the follower count grows by follows less unfollows. A warning only:
-- people also follow off LIVE, of which no event tells, and a count is as old as its last sample.
-- The tolerance (seed parameters) is a share of the count at the start, but at least the least one.
with sessions as (
    select * from {{ ref('fct_live_session') }}
    where follower_growth is not null and net_follows is not null
)

select
    live_id,
    follower_count_start,
    follower_growth,
    net_follows
from sessions
where
    abs(follower_growth - net_follows) > {{ parameter('follower_tolerance') }}
    and abs(follower_growth - net_follows)
    > follower_count_start * {{ parameter('follower_tolerance_share') }}
