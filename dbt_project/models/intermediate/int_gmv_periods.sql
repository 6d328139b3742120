-- What the GMV of a creator's LIVEs and weeks is the product of, as counts, in order of time.
-- Grain: one row per period (live or week), creator_id and period_id.

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_live_sessions') }}
    where creator_id is not null
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- A week of which one LIVE's count is unknown has none.
weeks as (
    select
        creator_id,
        report_week,
        min(market) as market,
        max(reporting_timezone) as reporting_timezone,
        min(live_start_ts) as live_start_ts,
        count(*) as lives,
        {{ strict_sum('impressions') }} as impressions,
        {{ strict_sum('views') }} as views,
        {{ strict_sum('product_clicks') }} as product_clicks,
        {{ strict_sum('sku_orders') }} as sku_orders,
        {{ strict_sum('gmv') }} as gmv
    from lives
    group by creator_id, report_week
),

periods as (
    select
        'live' as period,
        creator_id,
        live_id as period_id,
        market,
        report_date as period_start,
        live_start_ts,
        cast(1 as bigint) as lives,
        impressions,
        views,
        product_clicks,
        sku_orders,
        gmv,
        true as has_ended
    from lives
    union all
    select
        'week' as period,
        weeks.creator_id,
        cast(weeks.report_week as string) as period_id,
        weeks.market,
        weeks.report_week as period_start,
        weeks.live_start_ts,
        weeks.lives,
        weeks.impressions,
        weeks.views,
        weeks.product_clicks,
        weeks.sku_orders,
        weeks.gmv,
        cast(weeks.report_week + interval '7' day as date)
        <= {{ local_date('as_of.as_of_ts', 'weeks.reporting_timezone') }} as has_ended
    from weeks
    cross join as_of
)

select
    period,
    creator_id,
    period_id,
    market,
    period_start,
    {{ whole('lives') }} as lives,
    {{ whole('impressions') }} as impressions,
    {{ whole('views') }} as views,
    {{ whole('product_clicks') }} as product_clicks,
    {{ whole('sku_orders') }} as sku_orders,
    cast(gmv as decimal(18, 2)) as gmv,
    has_ended,
    row_number() over (
        partition by period, creator_id order by live_start_ts, period_id
    ) as period_no
from periods
