-- The LIVEs and weeks of which a night rebuilds why GMV changed, as they were and as they are.
-- Grain: one row per creator_id and period_id.

with rebuilt as (
    select * from {{ ref('int_rebuilt_lives') }}
),

lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
    where {{ is_rebuilt(listed='int_rebuilt_histories') }}
)

select
    creator_id,
    live_id as period_id
from rebuilt
union
select
    creator_id,
    cast(report_week as string) as period_id
from rebuilt
union
select
    creator_id,
    live_id as period_id
from lives
union
select
    creator_id,
    cast(report_week as string) as period_id
from lives
