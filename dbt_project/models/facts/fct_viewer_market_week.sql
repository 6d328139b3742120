-- The people of a market who met LIVE in a week, from Monday in the market's time zone.
-- Grain: one row per viewer_market and report_week with acts; NULL is the unknown market.
{{ config(meta={'key': ['viewer_market', 'report_week']}) }}

with days as (
    select
        *,
        {{ week_of('activity_date') }} as report_week
    from {{ ref('int_viewer_days') }}
),

active_users as (
    select * from {{ ref('stg_reference__active_users') }}
),

people as (
    {{ people_of_week('market_key, report_week') }}
),

counted as (
    select
        market_key,
        report_week,
        {{ adoption_measures() }}
    from people
    group by market_key, report_week
),

long_days as (
    select
        market_key,
        report_week,
        count(*) as over_viewing_days
    from days
    where watch_us > {{ whole(1000000) }} * {{ parameter('over_viewing_sec') }}
    group by market_key, report_week
)

select
    -- keys
    nullif(counted.market_key, '') as viewer_market,
    counted.report_week,

    -- measures
    counted.people_exposed,
    counted.people_viewed,
    counted.people_engaged,
    counted.people_paid,
    counted.live_viewers_wau,
    counted.live_engaged_wau,
    active_users.weekly_active_users,
    counted.viewer_days,
    case
        when counted.viewer_days is not null then coalesce(long_days.over_viewing_days, 0)
    end as over_viewing_days,
    counted.late_night_watch_sec,
    counted.total_watch_sec
from counted
left join active_users
    on
        counted.market_key = active_users.market
        and counted.report_week = active_users.week_start
left join long_days
    on
        counted.market_key = long_days.market_key
        and counted.report_week = long_days.report_week
