-- Each growth metric beside its guardrail, against the week before: what moves the wrong way?
-- Grain: one row per market (NULL is the unknown one), report_week and guardrail_metric.
{{ config(meta={'key': ['market', 'report_week', 'guardrail_metric']}) }}

with guardrails as (
    select
        *,
        coalesce(market, '') as market_key
    from {{ ref('fct_market_guardrail') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- A week has ended where the newest event is of a later one, one day left for the time zones.
compared as (
    select
        now.*,
        before.growth_value as growth_before,
        before.guardrail_value as guardrail_before,
        cast(now.report_week + interval '8' day as date) <= cast(as_of.as_of_ts as date)
            as has_week_ended
    from guardrails as now
    cross join as_of
    left join guardrails as before
        on
            now.market_key = before.market_key
            and now.guardrail_metric = before.guardrail_metric
            and now.report_week = cast(before.report_week + interval '7' day as date)
)

select
    -- keys
    market,
    report_week,
    guardrail_metric,

    -- attributes
    growth_metric,

    -- measures
    growth_value,
    growth_before,
    case when has_week_ended then {{ ratio('growth_value - growth_before', 'growth_before') }} end
        as growth_change,
    guardrail_value,
    guardrail_before,
    case when has_week_ended then guardrail_value - guardrail_before end as guardrail_change,

    -- flags
    case when has_week_ended then growth_value > growth_before end as is_growing,
    case
        when has_week_ended
            then
                guardrail_value
                > guardrail_before * (1 + {{ parameter('guardrail_tolerance') }})
    end as is_wrong_way,
    has_week_ended
from compared
