-- What creators earn on top of a week's diamonds by the reward rules, so far and for good.
-- Grain: one row per creator_id and report_week with LIVEs.
{{ config(meta={'key': ['creator_id', 'report_week']}) }}

with weeks as (
    select * from {{ ref('fct_creator_week') }}
),

conditions as (
    select * from {{ ref('fct_reward_condition') }}
),

lives as (
    select * from {{ ref('int_live_rewards') }}
),

rules as (
    select * from {{ ref('int_reward_rules') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- Rules that hold on the Monday; without any, or with one that nobody can judge, nothing is known.
ruled as (
    select
        weeks.creator_id,
        weeks.report_week,
        count(*) filter (where rules.reached_by = 'unknown') as unknown_rules
    from weeks
    inner join rules
        on
            weeks.market = rules.market
            and weeks.report_week >= rules.valid_from
            and weeks.report_week < rules.next_valid_from
    group by weeks.creator_id, weeks.report_week
),

met as (
    select
        creator_id,
        report_week,
        count(*) filter (where is_met) as conditions_met,
        count(*) as conditions_asked,
        count(*) filter (where reached is null) as conditions_unknown,
        coalesce(sum(cast(reward_share as decimal(18, 9))) filter (where is_met), 0)
            as week_reward_share
    from conditions
    group by creator_id, report_week
),

shared as (
    select
        ruled.creator_id,
        ruled.report_week,
        coalesce(met.conditions_met, 0) as conditions_met,
        coalesce(met.conditions_asked, 0) as conditions_asked,
        case
            when ruled.unknown_rules = 0 and coalesce(met.conditions_unknown, 0) = 0
                then cast(coalesce(met.week_reward_share, 0) as decimal(18, 9))
        end as week_reward_share
    from ruled
    left join met
        on ruled.creator_id = met.creator_id and ruled.report_week = met.report_week
),

earned as (
    select
        lives.creator_id,
        lives.report_week,
        max(cast(lives.report_week + interval '7' day as date))
        <= {{ local_date('max(as_of.as_of_ts)', 'max(lives.reporting_timezone)') }} as has_ended,
        {{ strict_sum('cast(lives.diamonds as decimal(18, 0)) * lives.live_reward_share') }}
            as live_reward_diamonds,
        {{ strict_sum(to_usd(
            'lives.diamond_value',
            'lives.live_reward_share + shared.week_reward_share'
        )) }} as earnings_so_far
    from lives
    cross join as_of
    left join shared
        on lives.creator_id = shared.creator_id and lives.report_week = shared.report_week
    group by lives.creator_id, lives.report_week
)

select
    -- keys
    weeks.creator_id,
    weeks.report_week,

    -- attributes
    weeks.market,
    weeks.league,

    -- measures
    weeks.diamonds,
    weeks.diamonds_organic,
    weeks.diamond_value,
    shared.conditions_met,
    shared.conditions_asked,
    cast(earned.live_reward_diamonds as double) as live_reward_diamonds,
    cast(shared.week_reward_share as double) as week_reward_share_so_far,
    case when earned.has_ended then cast(shared.week_reward_share as double) end
        as week_reward_share,
    cast(earned.earnings_so_far as decimal(18, 2)) as est_earnings_so_far,
    cast(case when earned.has_ended then earned.earnings_so_far end as decimal(18, 2))
        as est_earnings,

    -- flags
    earned.has_ended as has_week_ended
from weeks
left join shared
    on weeks.creator_id = shared.creator_id and weeks.report_week = shared.report_week
left join earned
    on weeks.creator_id = earned.creator_id and weeks.report_week = earned.report_week
