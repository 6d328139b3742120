-- The days on which somebody may have done something in a LIVE that this night rebuilds.
-- Grain: one row per activity_date.

with rebuilt as (
    select * from {{ ref('int_rebuilt_lives') }}
),

days as (
    select {{ days_from_to('first_date', 'last_date') }} as activity_date
    from rebuilt
)

select
    activity_date,
    {{ week_of('activity_date') }} as report_week
from days
group by activity_date
