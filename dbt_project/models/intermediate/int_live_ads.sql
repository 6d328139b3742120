-- What the ads for a LIVE cost, and the GMV while at least one of them ran.
-- Grain: one row per live_id with an ad.

with ads as (
    select * from {{ ref('int_promotions') }}
    where kind = 'ad'
),

lines as (
    select * from {{ ref('int_settled_lines') }}
),

-- A line counts once, however many ads ran.
lines_in_ads as (
    select distinct
        lines.live_id,
        lines.order_id,
        lines.sku_id,
        lines.gmv
    from lines
    inner join ads
        on
            lines.live_id = ads.live_id
            and lines.ordered_ts >= ads.start_ts
            and lines.ordered_ts <= ads.end_ts
),

spent as (
    select
        live_id,
        {{ strict_sum('spend') }} as ad_spend
    from ads
    group by live_id
),

sold as (
    select
        live_id,
        {{ strict_sum('gmv') }} as gmv_in_ads
    from lines_in_ads
    group by live_id
)

select
    spent.live_id,
    spent.ad_spend,
    case
        when sold.live_id is null then cast(0 as decimal(18, 2)) else sold.gmv_in_ads
    end as gmv_in_ads
from spent
left join sold on spent.live_id = sold.live_id
