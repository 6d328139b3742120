-- Gifters whose pause since the last day with a gift is over twice their own median pause.
-- Grain: one row per creator_id and report_week with gifters who have enough days with a gift.

with gifter_lives as (
    select * from {{ ref('int_gifter_lives') }}
    where creator_id is not null
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

-- Days, not gifts: a burst of gifts in one LIVE would make every pause look long.
gift_days as (
    select distinct
        creator_id,
        viewer_id,
        report_date
    from gifter_lives
),

pauses as (
    select
        *,
        {{ microseconds_between(
            'cast(lag(report_date) over gifter_days as timestamp)',
            'cast(report_date as timestamp)'
        ) }} as pause_us
    from gift_days
    window gifter_days as (partition by creator_id, viewer_id order by report_date)
),

-- A week is judged on its Sunday, one that still runs on the last day of the data.
weeks as (
    select
        lives.creator_id,
        lives.report_week,
        cast(lives.report_week + interval '7' day as date) as next_week,
        least(
            cast(lives.report_week + interval '6' day as date),
            min({{ local_date('as_of.as_of_ts', 'lives.reporting_timezone') }})
        ) as judged_date
    from lives
    cross join as_of
    group by lives.creator_id, lives.report_week
),

gifters as (
    select
        weeks.creator_id,
        weeks.report_week,
        weeks.judged_date,
        pauses.viewer_id,
        count(*) as gift_days,
        max(pauses.report_date) as last_gift_date,
        percentile_cont(0.5) within group (order by pauses.pause_us) as median_pause_us
    from weeks
    inner join pauses
        on weeks.creator_id = pauses.creator_id and weeks.next_week > pauses.report_date
    group by weeks.creator_id, weeks.report_week, weeks.judged_date, pauses.viewer_id
)

select
    creator_id,
    report_week,
    count(*) filter (
        where
        {{ microseconds_between(
            'cast(last_gift_date as timestamp)', 'cast(judged_date as timestamp)'
        ) }} > 2 * median_pause_us
    ) as cooling_gifters
from gifters
where gift_days >= {{ parameter('min_gift_days') }}
group by creator_id, report_week
