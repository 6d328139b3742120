-- The people of a market who met LIVE in a week, from Monday in the market's time zone.
-- Grain: one row per viewer_market and report_week with acts; NULL is the unknown market.
{{ config(meta={'key': ['viewer_market', 'report_week']}) }}

with adoption as (
    select * from {{ ref('int_weekly_adoption') }}
    where scope = 'market'
),

active_users as (
    select * from {{ ref('stg_reference__active_users') }}
)

select
    -- keys
    nullif(adoption.scope_key, '') as viewer_market,
    adoption.report_week,

    -- measures
    adoption.people_exposed,
    adoption.people_viewed,
    adoption.people_engaged,
    adoption.people_paid,
    adoption.live_viewers_wau,
    adoption.live_engaged_wau,
    active_users.weekly_active_users,
    adoption.viewer_days,
    adoption.over_viewing_days,
    adoption.late_night_watch_sec,
    adoption.total_watch_sec
from adoption
left join active_users
    on
        adoption.scope_key = active_users.market
        and adoption.report_week = active_users.week_start
