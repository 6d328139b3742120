-- What the gifters, battles and the league of a creator's day come to.
-- Grain: one row per creator_id and report_date with LIVEs.

with lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

concentration as (
    select * from {{ ref('int_gifter_concentration') }}
    where live_id is null
),

battles as (
    select * from {{ ref('int_battle_results') }}
),

league_ranks as (
    select * from {{ ref('int_league_ranks') }}
    where period = 'day'
),

days as (
    select
        creator_id,
        report_date,
        min(case when has_diamonds then 1 else 0 end) = 1 as has_diamonds,
        min(case when has_battles then 1 else 0 end) = 1 as has_battles
    from lives
    group by creator_id, report_date
)

select
    days.creator_id,
    days.report_date,
    league_ranks.league,
    case when days.has_diamonds then concentration.gift_spread end as gift_spread,
    case when days.has_diamonds then concentration.top1_gifter_diamonds end
        as top1_gifter_diamonds,
    case when days.has_diamonds then concentration.top10_gifter_diamonds end
        as top10_gifter_diamonds,
    case when days.has_battles then coalesce(battles.battles_won, 0) end as battles_won,
    case when days.has_battles then coalesce(battles.battles_decided, 0) end as battles_decided,
    league_ranks.league_rank,
    league_ranks.league_delta
from days
left join concentration
    on
        days.creator_id = concentration.creator_id
        and days.report_date = concentration.report_date
left join battles
    on days.creator_id = battles.creator_id and days.report_date = battles.report_date
left join league_ranks
    on
        days.creator_id = league_ranks.creator_id
        and days.report_date = league_ranks.period_start
