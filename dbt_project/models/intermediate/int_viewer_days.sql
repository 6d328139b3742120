-- What people did in LIVEs on a day, by the market of the viewer and in its time zone.
-- Grain: one row per viewer_id, market_key ('' is the unknown one) and activity_date.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['activity_date'],
    rebuilt_in='intermediate.int_rebuilt_days'
) }}

with rebuilt as (
    select * from {{ ref('int_rebuilt_days') }}
),

-- No local day is further from the day in UTC than one.
span as (
    select
        cast(min(activity_date) as timestamp) - interval '1' day as from_ts,
        cast(max(activity_date) as timestamp) + interval '2' day as to_ts
    from rebuilt
),

acts as (
    select acts.*
    from {{ ref('int_acts') }} as acts
    inner join span on acts.event_ts >= span.from_ts and acts.event_ts < span.to_ts
    where acts.phase = 'in_live' and acts.viewer_id is not null
),

zones as (
    select * from {{ ref('int_market_zones') }}
),

placed as (
    select
        acts.viewer_id,
        acts.event_type,
        acts.has_view,
        acts.watch_us,
        acts.has_impressions,
        acts.has_leaves,
        coalesce(acts.viewer_market, '') as market_key,
        zones.reporting_timezone is not null as has_zone,
        coalesce(zones.reporting_timezone, 'UTC') as reporting_timezone,
        {{ quarter_hour('acts.event_ts') }} as quarter_ts
    from acts
    left join zones on acts.viewer_market = zones.market
),

-- The acts are named twice, as a shared table would be written down.
quarters as (
    select distinct
        coalesce(zones.reporting_timezone, 'UTC') as reporting_timezone,
        {{ quarter_hour('acts.event_ts') }} as quarter_ts
    from {{ ref('int_acts') }} as acts
    inner join span on acts.event_ts >= span.from_ts and acts.event_ts < span.to_ts
    left join zones on acts.viewer_market = zones.market
),

timed as (
    select
        *,
        {{ local_time('quarter_ts', 'reporting_timezone') }} as local_ts
    from quarters
),

rebuilt_quarters as (
    select
        reporting_timezone,
        quarter_ts,
        cast(local_ts as date) as activity_date,
        extract(hour from local_ts) < 5 as is_night
    from timed
    where cast(local_ts as date) in (select rebuilt.activity_date from rebuilt)
),

local as (
    select
        placed.*,
        quarters.activity_date,
        quarters.is_night
    from placed
    inner join rebuilt_quarters as quarters
        on
            placed.reporting_timezone = quarters.reporting_timezone
            and placed.quarter_ts = quarters.quarter_ts
)

select
    viewer_id,
    market_key,
    activity_date,
    count(*) filter (where event_type = 'room_enter') as views,
    count(*) filter (where event_type = 'impression') as impressions,
    count(*) filter (
        where
        has_view
        and event_type in ('comment', 'like', 'share', 'follow', 'gift', 'product_click', 'order')
    ) as engaged_acts,
    count(*) filter (where has_view and event_type in ('gift', 'order')) as paid_acts,
    sum(watch_us) filter (where event_type = 'room_enter') as watch_us,
    sum(watch_us) filter (where event_type = 'room_enter' and is_night) as night_watch_us,
    min(case when has_impressions then 1 else 0 end) = 1 as has_impressions,
    min(case when has_leaves then 1 else 0 end) = 1 as has_leaves,
    min(case when has_zone then 1 else 0 end) = 1 as has_zone
from local
group by viewer_id, market_key, activity_date
