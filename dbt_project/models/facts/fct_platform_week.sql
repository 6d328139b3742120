-- The people of all markets who met LIVE in a week, each once.
-- Grain: one row per report_week with acts; a day is that of the viewer's market.
{{ config(meta={'key': ['report_week']}) }}

with days as (
    select
        *,
        {{ week_of('activity_date') }} as report_week
    from {{ ref('int_viewer_days') }}
),

markets as (
    select * from {{ ref('fct_viewer_market_week') }}
    where viewer_market is not null
),

people as (
    {{ people_of_week('report_week') }}
),

counted as (
    select
        report_week,
        {{ adoption_measures() }}
    from people
    group by report_week
),

-- A day in two markets is one day of the person.
person_days as (
    select
        report_week,
        viewer_id,
        activity_date,
        sum(watch_us) as watch_us
    from days
    group by report_week, viewer_id, activity_date
),

long_days as (
    select
        report_week,
        count(*) as over_viewing_days
    from person_days
    where watch_us > {{ whole(1000000) }} * {{ parameter('over_viewing_sec') }}
    group by report_week
),

-- A market without a number makes the sum unknown.
active_users as (
    select
        report_week,
        {{ strict_sum('weekly_active_users') }} as weekly_active_users
    from markets
    group by report_week
)

select
    -- keys
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
left join long_days on counted.report_week = long_days.report_week
left join active_users on counted.report_week = active_users.report_week
