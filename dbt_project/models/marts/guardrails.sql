-- What grew in a market and week beside what must not grow with it.
-- Grain: one row per market and report_week with LIVEs or viewers; NULL is the unknown market.
{{ config(meta={'key': ['market', 'report_week']}) }}

with hosted as (
    select
        *,
        coalesce(market, '') as market_key
    from {{ ref('markets_weekly') }}
),

watched as (
    select
        *,
        coalesce(viewer_market, '') as market_key
    from {{ ref('viewer_markets_weekly') }}
),

creators as (
    select
        coalesce(market, '') as market_key,
        report_week,
        count(burnout_index) as creators_judged,
        count(*) filter (where heavy_live_days_28d > 0) as creators_heavy
    from {{ ref('fct_creator_week') }}
    group by coalesce(market, ''), report_week
)

select
    -- keys
    coalesce(hosted.market, watched.viewer_market) as market,
    coalesce(hosted.report_week, watched.report_week) as report_week,

    -- growth, by the market of the creator
    hosted.lives,
    hosted.creators_live_weekly,
    hosted.new_creators,
    hosted.views,
    hosted.viewers,
    hosted.gmv,
    hosted.diamonds,

    -- growth, by the market of the viewer
    watched.live_viewers_wau,
    watched.live_engaged_wau,
    watched.live_reach_share_wau,
    watched.live_engage_share_wau,
    watched.watch_min_per_viewer_day,

    -- guardrails, by the market of the creator
    hosted.violation_rate,
    hosted.report_rate,
    hosted.incentivised_engagement_share,
    hosted.creator_reach_gini,
    hosted.small_creator_reach_share,
    hosted.high_spender_concentration,
    creators.creators_judged,
    creators.creators_heavy,

    -- guardrails, by the market of the viewer
    watched.over_viewing_share,
    watched.late_night_watch_share
from hosted
full outer join watched
    on hosted.market_key = watched.market_key and hosted.report_week = watched.report_week
left join creators
    on hosted.market_key = creators.market_key and hosted.report_week = creators.report_week
