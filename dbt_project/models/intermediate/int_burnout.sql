-- How hard creators worked in the 28 days up to the end of a week, or up to now within it.
-- Grain: one row per creator and report_week with LIVEs.

with days as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_air_days') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

since as (
    select
        creator_id,
        min(report_date) as first_date
    from days
    group by creator_id
),

-- A week that runs still ends today.
weeks as (
    select
        days.creator_id,
        days.report_week,
        greatest(
            max(days.report_date),
            least(
                cast(days.report_week + interval '6' day as date),
                {{ local_date('max(as_of.as_of_ts)', 'max(days.reporting_timezone)') }}
            )
        ) as last_date
    from days
    cross join as_of
    group by days.creator_id, days.report_week
),

windows as (
    select
        weeks.creator_id,
        weeks.report_week,
        weeks.last_date,
        cast(weeks.last_date - interval '27' day as date) as first_date,
        since.first_date as creator_first_date
    from weeks
    inner join since on weeks.creator_id = since.creator_id
),

worked as (
    select
        windows.creator_id,
        windows.report_week,
        count(*) filter (
            where
            days.on_air_us > {{ whole(1000000) }} * {{ parameter('burnout_live_sec') }}
            or days.day_in_row >= {{ parameter('burnout_days_in_row') }}
        ) as heavy_days,
        sum(days.night_us) as night_us,
        sum(days.on_air_us) as on_air_us
    from windows
    inner join days
        on
            windows.creator_id = days.creator_id
            and windows.first_date <= days.report_date
            and windows.last_date >= days.report_date
    where windows.creator_first_date <= windows.first_date
    group by windows.creator_id, windows.report_week
),

shares as (
    select
        creator_id,
        report_week,
        heavy_days,
        {{ ratio('heavy_days', '28') }} as heavy_share,
        {{ ratio('night_us', 'on_air_us') }} as night_share
    from worked
)

select
    creator_id,
    report_week,
    heavy_days as heavy_live_days_28d,
    night_share as night_live_share_28d,
    0.5 * (heavy_share + night_share) as burnout_index
from shares
