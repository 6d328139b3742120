-- For how many weeks in a row, up to each, a creator was live on enough valid days.
-- Grain: one row per creator and report_week of a streak.

with sessions as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_live_sessions') }}
    where creator_id is not null
),

valid_weeks as (
    select
        creator_id,
        report_week
    from sessions
    where live_duration_sec >= {{ parameter('qualifying_live_sec') }}
    group by creator_id, report_week
    having count(distinct report_date) >= {{ parameter('streak_valid_days') }}
),

breaks as (
    select
        creator_id,
        report_week,
        case
            when
                cast(report_week - interval '7' day as date)
                = lag(report_week) over (partition by creator_id order by report_week)
                then 0
            else 1
        end as is_break
    from valid_weeks
),

streaks as (
    select
        creator_id,
        report_week,
        sum(is_break) over (
            partition by creator_id order by report_week
            rows between unbounded preceding and current row
        ) as streak_no
    from breaks
)

select
    creator_id,
    report_week,
    row_number() over (
        partition by creator_id, streak_no order by report_week
    ) as consistency_streak_weeks
from streaks
