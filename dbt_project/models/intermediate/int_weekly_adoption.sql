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
        people.*,
        {{ week_of('people.activity_date') }} as report_week
    from {{ ref('int_viewer_days') }} as people
    inner join span
        on people.activity_date >= span.first_week and people.activity_date <= span.last_date
    where
        {{ week_of('people.activity_date') }} in (
            select rebuilt.report_week from {{ ref('int_rebuilt_days') }} as rebuilt
        )
),

placed as (
    select
        'market' as scope,
        market_key as scope_key,
        *
    from days
    union all
    select
        'region' as scope,
        coalesce(markets.region, '') as scope_key,
        days.*
    from days
    left join markets
        on
            days.market_key = markets.market
            and days.activity_date >= markets.valid_from
            and days.activity_date < markets.next_valid_from
    union all
    select
        'platform' as scope,
        '' as scope_key,
        *
    from days
),

people as (
    select
        scope,
        scope_key,
        report_week,
        viewer_id,
        sum(views) as views,
        sum(impressions) as impressions,
        sum(engaged_acts) as engaged_acts,
        sum(paid_acts) as paid_acts,
        sum(watch_us) as watch_us,
        coalesce(sum(night_watch_us), 0) as night_watch_us,
        count(distinct activity_date) filter (where watch_us is not null) as viewer_days,
        min(case when has_impressions then 1 else 0 end) as has_impressions,
        min(case when has_leaves then 1 else 0 end) as has_leaves,
        min(case when has_zone then 1 else 0 end) as has_zone
    from placed
    group by scope, scope_key, report_week, viewer_id
),

counted as (
    select
        scope,
        scope_key,
        report_week,
        {{ adoption_measures() }}
    from people
    group by scope, scope_key, report_week
),

-- A day in two markets is one day of the person.
person_days as (
    select
        scope,
        scope_key,
        report_week,
        viewer_id,
        activity_date,
        sum(watch_us) as watch_us
    from placed
    group by scope, scope_key, report_week, viewer_id, activity_date
),

long_days as (
    select
        scope,
        scope_key,
        report_week,
        count(*) as over_viewing_days
    from person_days
    where watch_us > {{ whole(1000000) }} * {{ parameter('over_viewing_sec') }}
    group by scope, scope_key, report_week
)

select
    counted.*,
    case
        when counted.viewer_days is not null then coalesce(long_days.over_viewing_days, 0)
    end as over_viewing_days
from counted
left join long_days
    on
        counted.scope = long_days.scope
        and counted.scope_key = long_days.scope_key
        and counted.report_week = long_days.report_week
