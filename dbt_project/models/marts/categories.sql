-- Which content works: rates of a category in a market, alone, with guests, in battles.
-- Grain: one row per market (NULL is the unknown one), category, company and metric.
{{ config(meta={'key': ['market', 'category', 'company', 'metric']}) }}
{%- set judged = [
    'avg_watch_sec_per_view', 'engaged_viewer_rate', 'follow_rate', 'live_ctr', 'ctor', 'watch_gpm',
    'diamonds_per_hour',
] %}

with sessions as (
    select * from {{ ref('fct_live_session') }}
),

battles as (
    select distinct live_id from {{ ref('fct_battle_side') }}
),

-- Company is unknown where the source tells neither of guests nor of battles.
lives as (
    select
        sessions.*,
        case
            when not sessions.has_guests or not sessions.has_battles then null
            when sessions.guest_sec > 0 and battles.live_id is not null then 'guest_and_battle'
            when sessions.guest_sec > 0 then 'guest'
            when battles.live_id is not null then 'battle'
            else 'solo'
        end as company
    from sessions
    left join battles on sessions.live_id = battles.live_id
),

parts as (
    {%- for metric in ratios('S') if metric['name'] in judged %}
    select
        market,
        category,
        company,
        '{{ metric['name'] }}' as metric,
        {{ metric.get('scale', 1) }} * cast({{ metric['numerator'] }} as double) as over_part,
        cast({{ metric['denominator'] }} as double) as under_part
    from lives
    where {{ metric['numerator'] }} is not null and {{ metric['denominator'] }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

valued as (
    select
        *,
        sum(under_part) over by_under as under_sum,
        {{ ratio('sum(over_part) over by_over', 'sum(under_part) over by_under') }} as metric_value
    from parts
    -- all rows, in an order: or the sums would differ in the last digit
    window
        by_over as (
            partition by market, category, company, metric order by over_part
            rows between unbounded preceding and unbounded following
        ),
        by_under as (
            partition by market, category, company, metric order by under_part
            rows between unbounded preceding and unbounded following
        )
),

distances as (
    select
        *,
        over_part - metric_value * under_part as distance
    from valued
),

-- The variance of a ratio of sums over LIVEs (Cochran 1977, section 2.11).
summed as (
    select
        market,
        category,
        company,
        metric,
        count(*) as lives,
        max(metric_value) as metric_value,
        {{ ratio(
            'sqrt(' ~ ratio(
                'count(*) * ' ~ in_order('sum', 'distance * distance'), 'count(*) - 1'
            ) ~ ')', 'max(under_sum)'
        ) }} as standard_error
    from distances
    group by market, category, company, metric
)

select
    -- keys
    market,
    category,
    company,
    metric,

    -- measures
    lives,
    metric_value,
    case
        when lives >= {{ parameter('min_interval_lives') }}
            then metric_value - {{ parameter('interval_z') }} * standard_error
    end as metric_lower,
    case
        when lives >= {{ parameter('min_interval_lives') }}
            then metric_value + {{ parameter('interval_z') }} * standard_error
    end as metric_upper
from summed
