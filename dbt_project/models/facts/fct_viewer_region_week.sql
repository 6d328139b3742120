-- The people of a region's markets who met LIVE in a week, each once.
-- Grain: one row per region and report_week with acts; NULL is the unknown region.
{{ config(meta={'key': ['region', 'report_week']}) }}

with markets as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by market order by valid_from), date '9999-12-31'
        ) as next_valid_from
    from {{ ref('stg_reference__markets') }}
),

days as (
    select
        viewer_days.*,
        {{ week_of('viewer_days.activity_date') }} as report_week,
        coalesce(markets.region, '') as region_key
    from {{ ref('int_viewer_days') }} as viewer_days
    left join markets
        on
            viewer_days.market_key = markets.market
            and viewer_days.activity_date >= markets.valid_from
            and viewer_days.activity_date < markets.next_valid_from
),

market_weeks as (
    select * from {{ ref('fct_viewer_market_week') }}
),

people as (
    {{ people_of_week('region_key, report_week') }}
),

counted as (
    select
        region_key,
        report_week,
        {{ adoption_measures() }}
    from people
    group by region_key, report_week
),

-- A day in two markets is one day of the person.
person_days as (
    select
        region_key,
        report_week,
        viewer_id,
        activity_date,
        sum(watch_us) as watch_us
    from days
    group by region_key, report_week, viewer_id, activity_date
),

long_days as (
    select
        region_key,
        report_week,
        count(*) as over_viewing_days
    from person_days
    where watch_us > {{ whole(1000000) }} * {{ parameter('over_viewing_sec') }}
    group by region_key, report_week
),

-- A market without a number makes the sum unknown.
active_users as (
    select
        coalesce(markets.region, '') as region_key,
        market_weeks.report_week,
        {{ strict_sum('market_weeks.weekly_active_users') }} as weekly_active_users
    from market_weeks
    left join markets
        on
            market_weeks.viewer_market = markets.market
            and market_weeks.report_week >= markets.valid_from
            and market_weeks.report_week < markets.next_valid_from
    group by coalesce(markets.region, ''), market_weeks.report_week
)

select
    -- keys
    nullif(counted.region_key, '') as region,
    counted.report_week,

    -- measures
    counted.people_exposed,
    counted.people_viewed,
    counted.people_engaged,
    counted.people_paid,
    counted.live_viewers_wau,
    counted.live_engaged_wau,
    {{ whole('active_users.weekly_active_users') }} as weekly_active_users,
    counted.viewer_days,
    case
        when counted.viewer_days is not null then coalesce(long_days.over_viewing_days, 0)
    end as over_viewing_days,
    counted.late_night_watch_sec,
    counted.total_watch_sec
from counted
left join active_users
    on
        counted.region_key = active_users.region_key
        and counted.report_week = active_users.report_week
left join long_days
    on
        counted.region_key = long_days.region_key
        and counted.report_week = long_days.report_week
