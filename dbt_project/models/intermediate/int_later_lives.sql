-- The LIVEs of a creator from the first one on that a night rebuilds.
-- Grain: one row per live_id.

with sessions as (
    select * from {{ ref('int_live_sessions') }}
),

-- A creator may move to another time zone: then a later LIVE can have an earlier date.
first_rebuilt as (
    select
        creator_id,
        {{ days_before('min(report_date)', 2) }} as from_date
    from {{ ref('int_rebuilt_lives') }}
    group by creator_id
)

select
    sessions.live_id,
    sessions.creator_id,
    sessions.market,
    sessions.report_date,
    {{ week_of('sessions.report_date') }} as report_week
from sessions
inner join first_rebuilt
    on
        sessions.creator_id = first_rebuilt.creator_id
        and sessions.report_date >= first_rebuilt.from_date
