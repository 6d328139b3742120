-- Markets by the week, from Monday in the reporting time zone, in which LIVEs started.
-- Grain: one row per market of the creator and report_week with LIVEs; NULL is the unknown one.
{{ config(meta={'key': ['market', 'report_week']}) }}

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week,
        coalesce(market, '') as market_key
    from {{ ref('int_lives') }}
),

sessions as (
    select
        *,
        {{ week_of('report_date') }} as report_week,
        coalesce(market, '') as market_key
    from {{ ref('fct_live_session') }}
),

counted as (
    select * from {{ ref('int_market_week_acts') }}
),

reach as (
    select * from {{ ref('int_market_reach') }}
),

spenders as (
    select * from {{ ref('int_market_spenders') }}
),

medians as (
    select * from {{ ref('int_global_medians') }}
),

newcomers as (
    select
        market_key,
        report_week,
        count(distinct creator_id) as new_creators
    from lives
    where creator_id is not null and creator_live_no = 1
    group by market_key, report_week
),

audiences as (
    select * from {{ ref('int_weekly_audiences') }}
    where subject_kind = 'market'
),

months as (
    select * from {{ ref('int_monthly_audiences') }}
),

earners as (
    select
        coalesce(market, '') as market_key,
        report_week,
        case
            when count(*) = count(est_earnings) then count(*) filter (where est_earnings > 0)
        end as creators_earning
    from {{ ref('fct_creator_reward') }}
    group by coalesce(market, ''), report_week
),

-- A feed is there for the week where every LIVE of the week carries it.
weeks as (
    select
        market_key,
        report_week,
        min(market) as market,
        count(*) as lives,
        count(distinct creator_id) as creators_live_weekly,
        {{ sum_of_millionths('live_duration_sec') }} as live_duration_sec,
        {{ sum_of_millionths('paused_sec') }} as paused_sec,
        max(pcu) as pcu,
        {{ strict_sum('diamond_value') }} as diamond_value,
        {{ feeds_of_all() }}
    from sessions
    group by market_key, report_week
)

select
    -- keys
    weeks.market,
    weeks.report_week,

    -- measures
    weeks.lives,
    weeks.creators_live_weekly,
    weeks.live_duration_sec,
    weeks.paused_sec,
    weeks.pcu,
    coalesce(newcomers.new_creators, 0) as new_creators,
    reach.creator_reach_gini,
    reach.impressions_sized,
    reach.impressions_small,
    spenders.top_gifter_diamonds,
    medians.err_global_median,
    audiences.lifecycle_new,
    audiences.lifecycle_returning,
    audiences.lifecycle_resurrecting,
    audiences.lifecycle_dormant,
    audiences.viewers_back_next_week,
    months.viewers_28d,
    months.viewer_days_28d,
    earners.creators_earning,
    cast(weeks.diamond_value as decimal(18, 2)) as diamond_value,
    {{ measure_columns('MK', 'counted', 'market_key', 'weeks') }}
from weeks
left join counted
    on weeks.market_key = counted.market_key and weeks.report_week = counted.report_week
left join reach
    on weeks.market_key = reach.market_key and weeks.report_week = reach.report_week
left join spenders
    on weeks.market_key = spenders.market_key and weeks.report_week = spenders.report_week
left join newcomers
    on weeks.market_key = newcomers.market_key and weeks.report_week = newcomers.report_week
left join medians on weeks.report_week = medians.report_week
left join audiences
    on weeks.market_key = audiences.subject_id and weeks.report_week = audiences.report_week
left join months
    on weeks.market_key = months.market_key and weeks.report_week = months.report_week
left join earners
    on weeks.market_key = earners.market_key and weeks.report_week = earners.report_week
