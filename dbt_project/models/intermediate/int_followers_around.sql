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

counts as (
    select * from {{ ref('int_follower_counts') }}
),

moments as (
    {%- for moment, moment_ts in [
        ('before', 'from_ts'), ('start', 'live_start_ts'), ('after', 'to_ts')
    ] %}
    select
        live_id,
        creator_id,
        '{{ moment }}' as moment,
        {{ moment_ts }} as moment_ts
    from lives
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
)

select
    moments.live_id,
    max(case when moments.moment = 'before' then counts.followers end) as followers_7d_before,
    max(case when moments.moment = 'start' then counts.followers end) as followers_at_start,
    max(case when moments.moment = 'after' then counts.followers end) as followers_7d_after
from moments
inner join counts
    on
        moments.creator_id = counts.creator_id
        and moments.moment_ts >= counts.counted_ts
        and moments.moment_ts < counts.valid_until_ts
group by moments.live_id
