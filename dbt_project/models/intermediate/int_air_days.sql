-- Time on air by the creator's local day, how much of it at night, and the days in a row.
-- Grain: one row per creator and report_date with LIVEs.

with lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

segments as (
    select * from {{ ref('int_segments') }}
    where not is_paused
),

-- No segment crosses a clock minute, so the local hour of its minute is its own.
timed as (
    select
        lives.creator_id,
        lives.report_date,
        lives.reporting_timezone,
        segments.segment_us,
        extract(
            hour from {{ local_time('segments.minute_ts', 'lives.reporting_timezone') }}
        ) as local_hour
    from lives
    left join segments on lives.live_id = segments.live_id
),

days as (
    select
        creator_id,
        report_date,
        max(reporting_timezone) as reporting_timezone,
        coalesce(sum(segment_us), 0) as on_air_us,
        coalesce(sum(segment_us) filter (where local_hour < 5), 0) as night_us
    from timed
    group by creator_id, report_date
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
