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

weeks as (
    select
        viewer_id,
        report_week,
        min(market_key) as market_key,
        min(region) as region,
        min(market_key) = max(market_key) and min(region) = max(region) as is_in_one_market,
        {{ days_of_a_person() }},
        {{ sums_of_a_person() }}
    from days
    group by viewer_id, report_week
),

scopes as (
    select 'market' as scope
    union all
    select 'region' as scope
    union all
    select 'platform' as scope
),

-- Nearly everybody: in each scope the week is the same one.
people_of_one_market as (
    select
        weeks.*,
        scopes.scope
    from weeks
    cross join scopes
    where weeks.is_in_one_market
),

days_between_markets as (
    select
        days.*,
        scopes.scope
    from days
    inner join weeks on days.viewer_id = weeks.viewer_id and days.report_week = weeks.report_week
    cross join scopes
    where not weeks.is_in_one_market
),

-- A day in two markets is one day of the person in their region, and on the platform.
person_days as (
    select
        scope,
        {{ scope_key() }} as scope_key,
        report_week,
        viewer_id,
        {{ sums_of_a_person() }}
    from days_between_markets
    group by scope, {{ scope_key() }}, report_week, viewer_id, activity_date
),

people as (
    select
        scope,
        scope_key,
        report_week,
        {{ days_of_a_person() }},
        {{ sums_of_a_person() }}
    from person_days
    group by scope, scope_key, report_week, viewer_id
    union all
    select
        scope,
        {{ scope_key() }} as scope_key,
        report_week,
        viewer_days,
        over_viewing_days,
        views,
        impressions,
        engaged_acts,
        paid_acts,
        watch_us,
        night_watch_us,
        has_impressions,
        has_leaves,
        has_zone
    from people_of_one_market
)

select
    scope,
    scope_key,
    report_week,
    {{ adoption_measures() }}
from people
group by scope, scope_key, report_week
