-- The people of a region's markets who met LIVE in a week, each once.
-- Grain: one row per region and report_week with acts; NULL is the unknown region.
{{ config(meta={'key': ['region', 'report_week']}) }}

with adoption as (
    select * from {{ ref('int_weekly_adoption') }}
    where scope = 'region'
),

markets as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by market order by valid_from), date '9999-12-31'
        ) as next_valid_from
    from {{ ref('stg_reference__markets') }}
),

market_weeks as (
    select * from {{ ref('fct_viewer_market_week') }}
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
    nullif(adoption.scope_key, '') as region,
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
left join active_users
    on
        adoption.scope_key = active_users.region_key
        and adoption.report_week = active_users.report_week
