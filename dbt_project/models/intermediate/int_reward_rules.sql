-- Reward rules with the span in which they hold, and whether a LIVE or the week must reach them.
-- Grain: one row per market, rule_id and valid_from.

with rules as (
    select * from {{ ref('stg_reference__reward_rules') }}
)

select
    market,
    rule_id,
    metric,
    cast(threshold as double) as threshold,
    cast(reward_share as decimal(18, 9)) as reward_share,
    case
        when reward_share is null or threshold is null then 'unknown'
        {{ reached_by_when(live_reward_metrics(), 'live') }}
        {{ reached_by_when(week_reward_metrics(), 'week') }}
        else 'unknown'
    end as reached_by,
    valid_from,
    coalesce(
        lead(valid_from) over (partition by market, rule_id order by valid_from),
        date '9999-12-31'
    ) as next_valid_from
from rules
