-- How big creators were at the end of a week, and how long they had been there.
-- Grain: one row per creator and report_week with LIVEs.

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
    where creator_id is not null
),

follower_counts as (
    select * from {{ ref('int_follower_counts') }}
),

creators as (
    select * from {{ ref('stg_reference__creators') }}
),

joined as (
    select
        creator_id,
        min(joined_date) as joined_date
    from creators
    group by creator_id
),

first_lives as (
    select
        creator_id,
        min(report_date) as first_live_date
    from lives
    group by creator_id
),

weeks as (
    select
        creator_id,
        report_week,
        cast(report_week + interval '6' day as date) as last_date,
        cast(report_week + interval '7' day as timestamp) as week_end_ts
    from lives
    group by creator_id, report_week
)

select
    weeks.creator_id,
    weeks.report_week,
    follower_counts.followers,
    {{ creator_size_band('follower_counts.followers') }} as creator_size_band,
    {{ days_between(
        'least(coalesce(joined.joined_date, first_lives.first_live_date), weeks.last_date)',
        'weeks.last_date'
    ) }} as tenure_days
from weeks
inner join first_lives on weeks.creator_id = first_lives.creator_id
left join joined on weeks.creator_id = joined.creator_id
left join follower_counts
    on
        weeks.creator_id = follower_counts.creator_id
        and weeks.week_end_ts > follower_counts.counted_ts
        and weeks.week_end_ts <= follower_counts.valid_until_ts
