-- What the reward rules ask of a creator's week, how far the creator came, and what is missing.
-- Grain: one row per creator_id, report_week and rule_id that the week must reach.
{{ config(meta={'key': ['creator_id', 'report_week', 'rule_id']}) }}

with weeks as (
    select
        *,
        {{ ratio_named('airtime_hours') }}
    from {{ ref('fct_creator_week') }}
),

-- The rules of the Monday hold for the whole week.
rules as (
    select * from {{ ref('int_reward_rules') }}
    where reached_by = 'week'
),

asked as (
    select
        weeks.creator_id,
        weeks.report_week,
        weeks.market,
        rules.rule_id,
        rules.metric,
        rules.threshold,
        rules.reward_share,
        case rules.metric
            {%- for metric in week_reward_metrics() %}
            when '{{ metric }}' then cast(weeks.{{ metric }} as double)
            {%- endfor %}
        end as reached
    from weeks
    inner join rules
        on
            weeks.market = rules.market
            and weeks.report_week >= rules.valid_from
            and weeks.report_week < rules.next_valid_from
),

-- A rank is better the lower it is.
missed as (
    select
        *,
        case
            when reached is not null
                then
                    greatest(
                        case
                            when metric = 'league_rank' then reached - threshold
                            else threshold - reached
                        end,
                        0
                    )
        end as missing
    from asked
)

select
    -- keys
    creator_id,
    report_week,
    rule_id,

    -- attributes
    market,
    metric,
    threshold,
    cast(reward_share as double) as reward_share,

    -- measures
    reached,
    missing,
    coalesce({{ ratio('missing', 'greatest(threshold, reached)') }}, missing) as missing_share,

    -- flags
    missing = 0 as is_met
from missed
