-- The people who met LIVE in a week, each once: of a market, of a region, and of all markets.
-- Grain: one row per scope (market, region, platform), scope_key ('' is the unknown one) and week.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['report_week'],
    rebuilt_in='intermediate.int_rebuilt_days'
) }}

with markets as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by market order by valid_from), date '9999-12-31'
        ) as next_valid_from
    from {{ ref('stg_reference__markets') }}
),

-- Bounds let most rows be skipped, the list alone does not.
span as (
    select
        min(report_week) as first_week,
        max(report_week) + interval '6' day as last_date
    from {{ ref('int_rebuilt_days') }}
),

days as (
    select
        people.viewer_id,
        people.market_key,
        coalesce(markets.region, '') as region,
        people.activity_date,
        {{ week_of('people.activity_date') }} as report_week,
        people.views,
        people.impressions,
        people.engaged_acts,
        people.paid_acts,
        people.watch_us,
        people.night_watch_us,
        case when people.has_impressions then 1 else 0 end as has_impressions,
        case when people.has_leaves then 1 else 0 end as has_leaves,
        case when people.has_zone then 1 else 0 end as has_zone
    from {{ ref('int_viewer_days') }} as people
    inner join span
        on people.activity_date >= span.first_week and people.activity_date <= span.last_date
    left join markets
        on
            people.market_key = markets.market
            and people.activity_date >= markets.valid_from
            and people.activity_date < markets.next_valid_from
    where
        {{ week_of('people.activity_date') }} in (
            select rebuilt.report_week from {{ ref('int_rebuilt_days') }} as rebuilt
        )
),

-- A day in two markets is one day of the person in their region, and on the platform.
person_days as (
    select
        'market' as scope,
        market_key as scope_key,
        report_week,
        viewer_id,
        views,
        impressions,
        engaged_acts,
        paid_acts,
        watch_us,
        night_watch_us,
        has_impressions,
        has_leaves,
        has_zone
    from days
    {%- for scope, scope_key in [('region', 'region'), ('platform', "''")] %}
    union all
    select
        '{{ scope }}' as scope,
        {{ scope_key }} as scope_key,
        report_week,
        viewer_id,
        {{ sums_of_a_person() }}
    from days
    group by {{ 'region, ' if scope == 'region' }}report_week, viewer_id, activity_date
    {%- endfor %}
),

people as (
    select
        scope,
        scope_key,
        report_week,
        viewer_id,
        count(watch_us) as viewer_days,
        count(*) filter (
            where watch_us > {{ whole(1000000) }} * {{ parameter('over_viewing_sec') }}
        ) as over_viewing_days,
        {{ sums_of_a_person() }}
    from person_days
    group by scope, scope_key, report_week, viewer_id
)

select
    scope,
    scope_key,
    report_week,
    {{ adoption_measures() }}
from people
group by scope, scope_key, report_week
