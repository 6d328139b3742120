-- The people of all markets who met LIVE in a week, each once.
-- Grain: one row per report_week with acts; a day is that of the viewer's market.
{{ config(meta={'key': ['report_week']}) }}

with adoption as (
    select * from {{ ref('int_weekly_adoption') }}
    where scope = 'platform'
),

markets as (
    select * from {{ ref('fct_viewer_market_week') }}
    where viewer_market is not null
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
    adoption.report_week,

    -- measures
    adoption.people_exposed,
    adoption.people_viewed,
    adoption.people_engaged,
    adoption.people_paid,
    adoption.live_viewers_wau,
    adoption.live_engaged_wau,
    {{ whole('active_users.weekly_active_users') }} as weekly_active_users,
    adoption.viewer_days,
    adoption.over_viewing_days,
    adoption.late_night_watch_sec,
    adoption.total_watch_sec
from adoption
left join active_users on adoption.report_week = active_users.report_week
