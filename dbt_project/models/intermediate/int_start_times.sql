-- How alike the local start times of a creator's LIVEs are within a week.
-- Grain: one row per creator and report_week with LIVEs.

with lives as (
    select
        creator_id,
        {{ week_of('report_date') }} as report_week,
        {{ local_time('live_start_ts', 'reporting_timezone') }} as local_start_ts
    from {{ ref('int_lives') }}
    where creator_id is not null
),

-- The day is a circle of 1440 minutes, a quarter of a degree each.
angles as (
    select
        creator_id,
        report_week,
        radians(
            0.25 * (60 * extract(hour from local_start_ts) + extract(minute from local_start_ts))
        ) as angle
    from lives
),

-- Whole billionths, so that the sum is the same in any order.
circles as (
    select
        creator_id,
        report_week,
        count(*) as lives,
        cast(sum(cast(round(1000000000 * cos(angle)) as bigint)) as double) as east,
        cast(sum(cast(round(1000000000 * sin(angle)) as bigint)) as double) as north
    from angles
    group by creator_id, report_week
)

select
    creator_id,
    report_week,
    case
        when lives >= {{ parameter('min_regularity_lives') }}
            then
                -- what the billionths cannot tell is rounded away
                least(
                    round({{ ratio(
                        'sqrt(east * east + north * north)', '1000000000 * lives'
                    ) }}, 6),
                    1
                )
    end as schedule_regularity
from circles
