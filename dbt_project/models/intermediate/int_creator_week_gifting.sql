-- What the team, the gifters, battles and the league of a creator's week come to.
-- Grain: one row per creator_id and report_week with LIVEs.

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
    where creator_id is not null
),

battles as (
    select
        creator_id,
        {{ week_of('report_date') }} as report_week,
        sum(battles_won) as battles_won,
        sum(battles_decided) as battles_decided
    from {{ ref('int_battle_results') }}
    group by creator_id, {{ week_of('report_date') }}
),

league_ranks as (
    select * from {{ ref('int_league_ranks') }}
    where period = 'week'
),

team_members as (
    select * from {{ ref('int_active_team_members') }}
),

cooling as (
    select * from {{ ref('int_cooling_gifters') }}
),

weeks as (
    select
        creator_id,
        report_week,
        min(case when has_teams then 1 else 0 end) = 1 as has_teams,
        min(case when has_gifts then 1 else 0 end) = 1 as has_gifts,
        min(case when has_battles then 1 else 0 end) = 1 as has_battles
    from lives
    group by creator_id, report_week
)

select
    weeks.creator_id,
    weeks.report_week,
    league_ranks.league,
    case
        when weeks.has_battles then {{ whole('coalesce(battles.battles_won, 0)') }}
    end as battles_won,
    case
        when weeks.has_battles then {{ whole('coalesce(battles.battles_decided, 0)') }}
    end as battles_decided,
    league_ranks.league_rank,
    league_ranks.league_delta,
    case
        when weeks.has_teams then coalesce(team_members.active_team_members, 0)
    end as active_team_members,
    case when weeks.has_gifts then cooling.cooling_gifters end as cooling_gifters
from weeks
left join battles
    on weeks.creator_id = battles.creator_id and weeks.report_week = battles.report_week
left join league_ranks
    on
        weeks.creator_id = league_ranks.creator_id
        and weeks.report_week = league_ranks.period_start
left join team_members
    on weeks.creator_id = team_members.creator_id and weeks.report_week = team_members.report_week
left join cooling
    on weeks.creator_id = cooling.creator_id and weeks.report_week = cooling.report_week
