-- Creators by the day, in the market's reporting time zone, on which their LIVEs started.
-- Grain: one row per creator and report_date with LIVEs.
{{ config(meta={'key': ['creator_id', 'report_date']}) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

sessions as (
    select * from {{ ref('fct_live_session') }}
),

acts as (
    select * from {{ ref('int_acts') }}
),

extras as (
    select * from {{ ref('int_creator_days') }}
),

counted as (
    select
        lives.creator_id,
        lives.report_date,
        {{ aggregated_measures('CD') }}
    from acts
    inner join lives on acts.live_id = lives.live_id
    group by lives.creator_id, lives.report_date
),

-- A feed is there for the day where every LIVE of the day carries it.
days as (
    select
        creator_id,
        report_date,
        min(market) as market,
        count(*) as lives,
        sum(live_duration_sec) as live_duration_sec,
        sum(paused_sec) as paused_sec,
        max(pcu) as pcu,
        {%- for feed in feeds() %}
        min(case when {{ feed }} then 1 else 0 end) = 1 as {{ feed }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sessions
    where creator_id is not null
    group by creator_id, report_date
)

select
    -- keys
    days.creator_id,
    days.report_date,

    -- attributes
    days.market,

    -- measures
    days.lives,
    days.live_duration_sec,
    days.paused_sec,
    days.pcu,
    case when days.has_views then extras.loyal_viewers end as loyal_viewers,
    case when days.has_unfollows then extras.unfollows end as unfollows,
    case
        when days.has_follows and days.has_unfollows
            then {{ whole('coalesce(counted.new_follows_gross, 0) - extras.unfollows') }}
    end as net_follows,
    extras.follower_growth,
    {{ measure_columns('CD', 'counted', 'creator_id', 'days') }}
from days
left join counted
    on days.creator_id = counted.creator_id and days.report_date = counted.report_date
left join extras
    on days.creator_id = extras.creator_id and days.report_date = extras.report_date
