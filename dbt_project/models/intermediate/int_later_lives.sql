-- The LIVEs of a creator from the first one on that a night rebuilds.
-- Grain: one row per live_id.

with lives as (
    select * from {{ ref('int_lives') }}
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
    lives.live_id,
    lives.creator_id,
    lives.market,
    lives.report_date,
    {{ week_of('lives.report_date') }} as report_week
from lives
inner join first_rebuilt
    on
        lives.creator_id = first_rebuilt.creator_id
        and lives.report_date >= first_rebuilt.from_date
