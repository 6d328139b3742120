-- Scaled LIVE Rewards: what a creator's week earns, so far and for good, and the next step.
-- Grain: one row per creator_id and report_week with LIVEs.
{{ config(meta={'key': ['creator_id', 'report_week']}) }}

with rewards as (
    select * from {{ ref('fct_creator_reward') }}
),

weeks as (
    select * from {{ ref('fct_creator_week') }}
),

conditions as (
    select * from {{ ref('fct_reward_condition') }}
),

-- Cheapest is the condition that lacks the smallest part of its threshold.
next_steps as (
    select *
    from conditions
    where not is_met
    qualify
        row_number() over (
            partition by creator_id, report_week
            order by missing_share asc, reward_share desc, rule_id asc
        ) = 1
),

progress as (
    select
        rewards.*,
        weeks.valid_live_days,
        weeks.longest_live_sec_week,
        weeks.new_followers_unique,
        weeks.active_team_members,
        next_steps.rule_id as next_rule_id,
        next_steps.metric as next_metric,
        next_steps.threshold as next_threshold,
        next_steps.reached as next_reached,
        next_steps.missing as next_missing,
        next_steps.missing_share as next_missing_share,
        next_steps.reward_share as next_reward_share
    from rewards
    inner join weeks
        on rewards.creator_id = weeks.creator_id and rewards.report_week = weeks.report_week
    left join next_steps
        on
            rewards.creator_id = next_steps.creator_id
            and rewards.report_week = next_steps.report_week
)

select
    -- keys
    creator_id,
    report_week,

    -- attributes
    market,
    league,
    next_rule_id,
    next_metric,
    next_threshold,
    next_reached,
    next_missing,
    next_missing_share,
    next_reward_share,

    -- measures
    valid_live_days,
    longest_live_sec_week,
    new_followers_unique,
    active_team_members,
    diamonds,
    diamonds_organic,
    diamond_value,
    {{ measure_names('RW') }},

    -- ratios
    {{ ratio_columns('RW') }},

    -- flags
    has_week_ended
from progress
