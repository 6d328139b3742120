-- How a LIVE stands against the creator's last qualifying LIVEs and against its market.
-- Grain: one row per LIVE (live_id).
{{ config(meta={'key': ['live_id']}) }}

with sessions as (
    select
        *,
        {{ is_qualifying() }} as is_qualifying
    from {{ ref('fct_live_session') }}
),

minutes as (
    select * from {{ ref('fct_live_minute') }}
    where not is_warmup
),

interaction_quality as (
    select * from {{ ref('int_interaction_quality') }}
),

pinned as (
    select * from {{ ref('int_pinned_history') }}
),

-- ERR needs its time to settle: the comparison leaves the warm-up out.
settled as (
    select
        live_id,
        {{ ratio('sum(views)', 'sum(impressions)') }} as settled_err
    from minutes
    group by live_id
),

-- The creator's qualifying LIVEs, numbered by start.
qualifying as (
    select
        sessions.*,
        settled.settled_err,
        row_number() over (
            partition by sessions.creator_id order by sessions.live_start_ts, sessions.live_id
        ) as qualifying_no
    from sessions
    left join settled on sessions.live_id = settled.live_id
    where sessions.is_qualifying and sessions.creator_id is not null
),

placed as (
    select
        sessions.live_id,
        sessions.creator_id,
        sessions.market,
        sessions.report_date,
        settled.settled_err,
        coalesce(
            sum(case when sessions.is_qualifying then 1 else 0 end) over (
                partition by sessions.creator_id
                order by sessions.creator_live_no
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as earlier_lives
    from sessions
    left join settled on sessions.live_id = settled.live_id
),

-- Ratio of sums over the last five of them before this LIVE.
own as (
    select
        placed.live_id,
        count(*) as own_lives,
        {{ ratio('sum(last.views)', 'sum(last.impressions)') }} as err_own_avg,
        {{ ratio('sum(last.product_clicks)', 'sum(last.views)') }} as live_ctr_own_avg,
        {{ ratio('sum(last.sku_orders)', 'sum(last.product_clicks)') }} as ctor_own_avg,
        {{ ratio('sum(last.follower_views)', 'sum(last.views)') }} as follower_view_share_own_avg,
        {{ in_order('avg', 'last.settled_err') }} as settled_err_mean,
        {{ in_order('stddev_samp', 'last.settled_err') }} as settled_err_sd
    from placed
    inner join qualifying as last
        on
            placed.creator_id = last.creator_id
            and placed.earlier_lives >= last.qualifying_no
            and placed.earlier_lives - 5 < last.qualifying_no
    group by placed.live_id
),

market_days as (
    select
        market,
        report_date,
        sum(views) as views,
        sum(impressions) as impressions,
        sum(product_clicks) as product_clicks,
        sum(sku_orders) as sku_orders
    from sessions
    where market is not null and impressions is not null
    group by market, report_date
),

-- All LIVEs of the market in the 28 days up to this one's.
market as (
    select
        placed.live_id,
        {{ ratio('sum(days.views)', 'sum(days.impressions)') }} as err_market_avg,
        {{ ratio('sum(days.product_clicks)', 'sum(days.views)') }} as live_ctr_market_avg,
        {{ ratio('sum(days.sku_orders)', 'sum(days.product_clicks)') }} as ctor_market_avg
    from placed
    inner join market_days as days
        on
            placed.market = days.market
            and placed.report_date >= days.report_date
            and placed.report_date - interval '27' day <= days.report_date
    group by placed.live_id
)

select
    -- keys
    placed.live_id,
    placed.creator_id,

    -- measures
    {{ whole('coalesce(own.own_lives, 0)') }} as own_lives_compared,
    own.err_own_avg,
    own.live_ctr_own_avg,
    own.ctor_own_avg,
    own.follower_view_share_own_avg,
    case
        when own.own_lives >= 5
            then {{ ratio('placed.settled_err - own.settled_err_mean', 'own.settled_err_sd') }}
    end as err_vs_history_z,
    interaction_quality.interactions_quality_index,
    market.err_market_avg,
    market.live_ctr_market_avg,
    market.ctor_market_avg,
    pinned.pinned_ctr,
    pinned.pinned_ctr_own_avg,
    pinned.pinned_ctr_market_avg,
    pinned.pinned_ctor,
    pinned.pinned_ctor_own_avg,
    pinned.pinned_ctor_market_avg
from placed
left join own on placed.live_id = own.live_id
left join interaction_quality on placed.live_id = interaction_quality.live_id
left join market on placed.live_id = market.live_id
left join pinned on placed.live_id = pinned.live_id
