-- How a creator's battles of a day ended, as the platform says.
-- Grain: one row per creator_id and report_date with a battle.

with sides as (
    select * from {{ ref('int_battle_sides') }}
    where creator_id is not null
),

-- A battle that was started twice is one.
battles as (
    select
        battle_id,
        live_id,
        creator_id,
        report_date,
        min(result) as result
    from sides
    group by battle_id, live_id, creator_id, report_date
)

select
    creator_id,
    report_date,
    count(*) filter (where result = 'win') as battles_won,
    count(*) filter (where result in ('win', 'loss', 'draw')) as battles_decided
from battles
group by creator_id, report_date
