-- The audience of a market in the 28 days that end with a week: viewers, and viewers a day.
-- Grain: one row per market_key (the unknown market is '') and report_week with LIVEs.

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week,
        coalesce(market, '') as market_key
    from {{ ref('int_lives') }}
),

visits as (
    select * from {{ ref('int_visits') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

weeks as (
    select
        lives.market_key,
        lives.report_week,
        min(case when lives.has_views then 1 else 0 end) = 1 as has_views,
        {{ local_date('max(as_of.as_of_ts)', 'min(lives.reporting_timezone)') }} as as_of_date
    from lives
    cross join as_of
    group by lives.market_key, lives.report_week
),

beginning as (
    select min(report_date) as first_report_date
    from lives
),

person_days as (
    select distinct
        lives.market_key,
        lives.report_week,
        lives.report_date,
        visits.viewer_id
    from lives
    inner join visits on lives.live_id = visits.live_id
),

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
-- Each week is one of the four weeks of four periods of 28 days.
in_periods as (
    {%- for days in [0, 7, 14, 21] %}
    {{ 'union all' if not loop.first }}
    select
        market_key,
        cast(report_week + interval '{{ days }}' day as date) as report_week,
        viewer_id
    from person_days
    {%- endfor %}
),

periods as (
    select
        market_key,
        report_week,
        count(*) as viewer_days_28d,
        count(distinct viewer_id) as viewers_28d
    from in_periods
    group by market_key, report_week
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
    coalesce(periods.viewers_28d, 0) as viewers_28d,
    coalesce(periods.viewer_days_28d, 0) as viewer_days_28d
from passed
left join periods
    on
        passed.market_key = periods.market_key
        and passed.report_week = periods.report_week
