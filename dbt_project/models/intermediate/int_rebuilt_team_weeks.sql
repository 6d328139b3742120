-- The weeks from the first one on in which a LIVE, or what somebody did, came, went or changed.
-- Grain: one row per report_week.

with rebuilt as (
    select * from {{ ref('int_rebuilt_lives') }}
),

-- No local day is further from the day in UTC than one.
changed as (
    select report_week
    from rebuilt
    union all
    select {{ week_of(days_before('event_date', 1)) }} as report_week
    from {{ ref('stg_nights__touched_days') }}
),

first_changed as (
    select min(report_week) as from_week
    from changed
),

weeks as (
    select report_week
    from rebuilt
    union
    select {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
)

select weeks.report_week
from weeks
inner join first_changed on weeks.report_week >= first_changed.from_week
