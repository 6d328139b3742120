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

gifting as (
    select * from {{ ref('int_creator_day_gifting') }}
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
        {{ strict_sum('diamond_value') }} as diamond_value,
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
    gifting.league,

    -- measures
    days.lives,
    days.live_duration_sec,
    days.paused_sec,
    days.pcu,
    cast(days.diamond_value as decimal(18, 2)) as diamond_value,
    gifting.gift_spread,
    gifting.top1_gifter_diamonds,
    gifting.top10_gifter_diamonds,
    gifting.battles_won,
    gifting.battles_decided,
    gifting.league_rank,
    gifting.league_delta,
    {{ measure_columns('CD', 'counted', 'creator_id', 'days') }}
from days
left join counted
    on days.creator_id = counted.creator_id and days.report_date = counted.report_date
left join gifting
    on days.creator_id = gifting.creator_id and days.report_date = gifting.report_date
