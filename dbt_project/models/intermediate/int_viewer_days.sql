-- What people did in LIVEs on a day, by the market of the viewer and in its time zone.
-- Grain: one row per viewer_id, market_key ('' is the unknown one) and activity_date.

with acts as (
    select * from {{ ref('int_acts') }}
    where phase = 'in_live' and viewer_id is not null
),

lives as (
    select * from {{ ref('int_lives') }}
),

zones as (
    select
        market,
        reporting_timezone
    from {{ ref('stg_reference__markets') }}
    qualify row_number() over (partition by market order by valid_from desc) = 1
),

placed as (
    select
        acts.viewer_id,
        acts.event_type,
        acts.has_view,
        acts.watch_us,
        lives.has_impressions,
        lives.has_leaves,
        coalesce(acts.viewer_market, '') as market_key,
        zones.reporting_timezone is not null as has_zone,
        {{ local_time('acts.event_ts', "coalesce(zones.reporting_timezone, 'UTC')") }} as local_ts
    from acts
    inner join lives on acts.live_id = lives.live_id
    left join zones on acts.viewer_market = zones.market
)

select
    viewer_id,
    market_key,
    cast(local_ts as date) as activity_date,
    count(*) filter (where event_type = 'room_enter') as views,
    count(*) filter (where event_type = 'impression') as impressions,
    count(*) filter (
        where
        has_view
        and event_type in ('comment', 'like', 'share', 'follow', 'gift', 'product_click', 'order')
    ) as engaged_acts,
    count(*) filter (where has_view and event_type in ('gift', 'order')) as paid_acts,
    sum(watch_us) filter (where event_type = 'room_enter') as watch_us,
    sum(watch_us) filter (
        where event_type = 'room_enter' and extract(hour from local_ts) < 5
    ) as night_watch_us,
    max(case when has_impressions then 1 else 0 end) = 1 as has_impressions,
    max(case when has_leaves then 1 else 0 end) = 1 as has_leaves,
    min(case when has_zone then 1 else 0 end) = 1 as has_zone
from placed
group by viewer_id, market_key, cast(local_ts as date)
