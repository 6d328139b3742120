-- Gifters whose pause since the last day with a gift is over twice their own median pause.
-- Grain: one row per creator_id and report_week with gifters who have enough days with a gift.

with gifters as (
    select * from {{ ref('int_gifter_pauses') }}
),

lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
    where creator_id is not null
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- A week is judged on its Sunday, one that still runs on the last day of the data.
weeks as (
    select
        lives.creator_id,
        lives.report_week,
        least(
            cast(lives.report_week + interval '6' day as date),
            min({{ local_date('as_of.as_of_ts', 'lives.reporting_timezone') }})
        ) as judged_date
    from lives
    cross join as_of
    group by lives.creator_id, lives.report_week
)

select
    weeks.creator_id,
    weeks.report_week,
    count(*) filter (
        where
        {{ microseconds_between(
            'cast(gifters.last_gift_date as timestamp)', 'cast(weeks.judged_date as timestamp)'
        ) }} > 2 * gifters.median_pause_us
    ) as cooling_gifters
from weeks
inner join gifters
    on weeks.creator_id = gifters.creator_id and weeks.report_week = gifters.report_week
group by weeks.creator_id, weeks.report_week
