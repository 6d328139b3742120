-- The audience of a market's month, once it has passed and where the data goes back that far.
-- Grain: one row per market_key (the unknown market is '') and report_week with LIVEs.

with lives as (
    select * from {{ ref('int_audience_lives') }}
    where subject_kind = 'market'
),

months as (
    select * from {{ ref('int_audience_months') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

weeks as (
    select
        lives.subject_id as market_key,
        lives.report_week,
        min(case when lives.has_views then 1 else 0 end) = 1 as has_views,
        {{ local_date('max(as_of.as_of_ts)', 'min(lives.reporting_timezone)') }} as as_of_date
    from lives
    cross join as_of
    group by lives.subject_id, lives.report_week
),

beginning as (
    select min(report_date) as first_report_date
    from lives
),

-- Nothing is said before the week is over, nor where the data does not go back 28 days.
passed as (
    select
        weeks.market_key,
        weeks.report_week
    from weeks
    cross join beginning
    where
        weeks.has_views
        and weeks.as_of_date >= weeks.report_week + interval '7' day
        and beginning.first_report_date <= weeks.report_week - interval '21' day
)

select
    passed.market_key,
    passed.report_week,
    coalesce(months.viewers_28d, 0) as viewers_28d,
    coalesce(months.viewer_days_28d, 0) as viewer_days_28d
from passed
left join months
    on
        passed.market_key = months.subject_id
        and passed.report_week = months.report_week
