-- What grew in a market and week, and what must not get worse with it, side by side.
-- Grain: one row per market (NULL is the unknown one), report_week and guardrail_metric.
{{ config(meta={'key': ['market', 'report_week', 'guardrail_metric']}) }}

with sessions as (
    select
        *,
        coalesce(market, '') as market_key,
        {{ week_of('report_date') }} as report_week
    from {{ ref('fct_live_session') }}
),

market_weeks as (
    select
        *,
        coalesce(market, '') as market_key
    from {{ ref('fct_market_week') }}
),

viewer_weeks as (
    select
        *,
        coalesce(viewer_market, '') as market_key
    from {{ ref('fct_viewer_market_week') }}
),

creator_weeks as (
    select
        *,
        coalesce(market, '') as market_key
    from {{ ref('fct_creator_week') }}
),

sales as (
    select
        market_key,
        report_week,
        {{ strict_sum('refunded_lines') }} as refunded_lines,
        {{ strict_sum('paid_lines') }} as paid_lines
    from sessions
    group by market_key, report_week
),

workloads as (
    select
        market_key,
        report_week,
        {{ in_order('avg', 'burnout_index') }} as burnout_index
    from creator_weeks
    group by market_key, report_week
),

hosted as (
    select
        market_weeks.market_key,
        market_weeks.report_week,
        market_weeks.gmv,
        market_weeks.live_duration_sec,
        market_weeks.new_follows_gross,
        market_weeks.views,
        market_weeks.diamonds_organic,
        market_weeks.impressions,
        market_weeks.creator_reach_gini,
        workloads.burnout_index,
        {{ ratio_named('report_rate') }},
        {{ ratio_named('violation_rate') }},
        {{ ratio_named('incentivised_engagement_share') }},
        {{ ratio_named('high_spender_concentration') }},
        {{ ratio_named('refund_rate') }}
    from market_weeks
    left join sales
        on
            market_weeks.market_key = sales.market_key
            and market_weeks.report_week = sales.report_week
    left join workloads
        on
            market_weeks.market_key = workloads.market_key
            and market_weeks.report_week = workloads.report_week
),

watched as (
    select
        market_key,
        report_week,
        total_watch_sec,
        {{ ratio_named('over_viewing_share') }},
        {{ ratio_named('late_night_watch_share') }}
    from viewer_weeks
),

paired as (
    {%- for growth, guardrail in guardrail_pairs() %}
    select
        market_key,
        report_week,
        '{{ growth }}' as growth_metric,
        '{{ guardrail }}' as guardrail_metric,
        cast({{ growth }} as double) as growth_value,
        cast({{ guardrail }} as double) as guardrail_value
    from {{ 'watched' if growth == 'total_watch_sec' else 'hosted' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    -- keys
    nullif(market_key, '') as market,
    report_week,
    guardrail_metric,

    -- attributes
    growth_metric,

    -- measures
    growth_value,
    guardrail_value
from paired
