-- How many followers a creator had around a LIVE: 7 days before it, at its start, 7 days after it.
-- Grain: one row per live_id, where followers were counted before.

with lives as (
    select
        live_id,
        creator_id,
        live_start_ts,
        live_start_ts - interval '7' day as from_ts,
        live_end_ts + interval '7' day as to_ts
    from {{ ref('int_lives') }}
    where creator_id is not null
),

follower_counts as (
    select * from {{ ref('int_follower_counts') }}
),

moments as (
    select
        creator_id,
        live_id,
        'before' as moment,
        from_ts as moment_ts,
        cast(null as timestamp) as counted_ts
    from lives
    union all
    select
        creator_id,
        live_id,
        'start' as moment,
        live_start_ts as moment_ts,
        cast(null as timestamp) as counted_ts
    from lives
    union all
    select
        creator_id,
        live_id,
        'after' as moment,
        to_ts as moment_ts,
        cast(null as timestamp) as counted_ts
    from lives
    union all
    select
        creator_id,
        cast(null as string) as live_id,
        'count' as moment,
        counted_ts as moment_ts,
        counted_ts
    from follower_counts
),

-- Followers were counted at a moment, or last before it.
dated as (
    select
        creator_id,
        live_id,
        moment,
        max(counted_ts) over (partition by creator_id order by moment_ts) as counted_ts
    from moments
)

select
    dated.live_id,
    max(case when dated.moment = 'before' then counted.followers end) as followers_7d_before,
    max(case when dated.moment = 'start' then counted.followers end) as followers_at_start,
    max(case when dated.moment = 'after' then counted.followers end) as followers_7d_after
from dated
inner join follower_counts as counted
    on dated.creator_id = counted.creator_id and dated.counted_ts = counted.counted_ts
where dated.live_id is not null
group by dated.live_id
