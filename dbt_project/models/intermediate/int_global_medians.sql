-- What the middle one of the known markets reached in a week.
-- Grain: one row per report_week with LIVEs.

with sessions as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_live_sessions') }}
    where market is not null
),

markets as (
    select
        market,
        report_week,
        {{ strict_sum('views') }} as views,
        {{ strict_sum('impressions') }} as impressions
    from sessions
    group by market, report_week
),

rates as (
    select
        report_week,
        {{ ratio('views', 'impressions') }} as err
    from markets
)

select
    report_week,
    percentile_cont(0.5) within group (order by err) as err_global_median
from rates
group by report_week
