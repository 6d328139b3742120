-- Creators by the day, in the market's reporting time zone, on which their LIVEs started.
-- Grain: one row per creator and report_date with LIVEs.
{{ config(meta={'key': ['creator_id', 'report_date']}) }}

with sessions as (
    select * from {{ ref('fct_live_session') }}
),

live_money as (
    select * from {{ ref('int_live_money') }}
),

counted as (
    select * from {{ ref('int_creator_day_acts') }}
),

extras as (
    select * from {{ ref('int_creator_days') }}
),

gifting as (
    select * from {{ ref('int_creator_day_gifting') }}
),

battles as (
    select * from {{ ref('int_creator_day_battles') }}
),

-- Unknown for the day where one LIVE's is.
money as (
    select
        creator_id,
        report_date,
        {{ strict_sum('cancelled_lines') }} as cancelled_lines,
        {{ strict_sum('refunded_lines') }} as refunded_lines,
        {{ strict_sum('gmv_net') }} as gmv_net,
        {{ strict_sum('affiliate_gmv') }} as affiliate_gmv,
        {{ strict_sum('price_band_lines') }} as price_band_lines
    from live_money
    group by creator_id, report_date
),

-- A feed is there for the day where every LIVE of the day carries it.
days as (
    select
        creator_id,
        report_date,
        min(market) as market,
        count(*) as lives,
        {{ sum_of_millionths('live_duration_sec') }} as live_duration_sec,
        {{ sum_of_millionths('paused_sec') }} as paused_sec,
        max(pcu) as pcu,
        {{ strict_sum('ad_spend') }} as ad_spend,
        {{ strict_sum('gmv_in_ads') }} as gmv_in_ads,
        {{ strict_sum('diamond_value') }} as diamond_value,
        {{ feeds_of_all() }}
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
    battles.battle_matched_diamonds,
    battles.battle_matched_sec,
    battles.battle_expected_diamonds,
    gifting.league_rank,
    gifting.league_delta,
    case when days.has_views then extras.loyal_viewers end as loyal_viewers,
    case when days.has_unfollows then extras.unfollows end as unfollows,
    case
        when days.has_follows and days.has_unfollows
            then {{ whole('coalesce(counted.new_follows_gross, 0) - extras.unfollows') }}
    end as net_follows,
    extras.follower_growth,
    {{ measure_columns('CD', 'counted', 'creator_id', 'days') }},
    {{ whole('money.cancelled_lines') }} as cancelled_lines,
    {{ whole('money.refunded_lines') }} as refunded_lines,
    cast(money.gmv_net as decimal(18, 2)) as gmv_net,
    cast(money.affiliate_gmv as decimal(18, 2)) as affiliate_gmv,
    {{ whole('money.price_band_lines') }} as price_band_lines,
    cast(days.ad_spend as decimal(18, 2)) as ad_spend,
    cast(days.gmv_in_ads as decimal(18, 2)) as gmv_in_ads
from days
inner join money on days.creator_id = money.creator_id and days.report_date = money.report_date
left join counted
    on days.creator_id = counted.creator_id and days.report_date = counted.report_date
left join extras
    on days.creator_id = extras.creator_id and days.report_date = extras.report_date
left join gifting
    on days.creator_id = gifting.creator_id and days.report_date = gifting.report_date
left join battles
    on days.creator_id = battles.creator_id and days.report_date = battles.report_date
