-- Time on air by the creator's local day, how much of it at night, and the days in a row.
-- Grain: one row per creator and report_date with LIVEs.

with lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

times as (
    select * from {{ ref('int_air_times') }}
),

days as (
    select
        lives.creator_id,
        lives.report_date,
        max(lives.reporting_timezone) as reporting_timezone,
        coalesce(sum(times.on_air_us), 0) as on_air_us,
        coalesce(sum(times.night_us), 0) as night_us
    from lives
    left join times on lives.live_id = times.live_id
    group by lives.creator_id, lives.report_date
),

breaks as (
    select
        *,
        case
            when
                cast(report_date - interval '1' day as date)
                = lag(report_date) over (partition by creator_id order by report_date)
                then 0
            else 1
        end as is_break
    from days
),

rows_of_days as (
    select
        *,
        sum(is_break) over (
            partition by creator_id order by report_date
            rows between unbounded preceding and current row
        ) as row_no
    from breaks
)

select
    creator_id,
    report_date,
    reporting_timezone,
    {{ whole('on_air_us') }} as on_air_us,
    {{ whole('night_us') }} as night_us,
    row_number() over (partition by creator_id, row_no order by report_date) as day_in_row
from rows_of_days
