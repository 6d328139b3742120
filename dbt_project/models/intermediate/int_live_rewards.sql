-- The share of its diamonds' value that a LIVE earns on top, by the rules of its day.
-- Grain: one row per live_id of a known creator.

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_live_sessions') }}
    where creator_id is not null
),

rules as (
    select * from {{ ref('int_reward_rules') }}
),

-- A market without rules has no share; one whose rules ask only for weeks has a share of 0.
judged as (
    select
        lives.live_id,
        count(*) filter (
            where rules.reached_by = 'unknown'
            or (rules.reached_by = 'live' and lives.live_duration_sec is null)
        ) as unknown_rules,
        coalesce(sum(rules.reward_share) filter (
            where rules.reached_by = 'live' and lives.live_duration_sec >= rules.threshold
        ), 0) as live_reward_share
    from lives
    inner join rules
        on
            lives.market = rules.market
            and lives.report_date >= rules.valid_from
            and lives.report_date < rules.next_valid_from
    group by lives.live_id
)

select
    lives.live_id,
    lives.creator_id,
    lives.report_week,
    lives.reporting_timezone,
    lives.diamonds,
    lives.diamond_value,
    case
        when judged.unknown_rules = 0 then cast(judged.live_reward_share as decimal(18, 9))
    end as live_reward_share
from lives
left join judged on lives.live_id = judged.live_id
