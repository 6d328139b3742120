-- The views of known viewers with their date where the viewer is.
-- Grain: one row per view (view_event_id).
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], lists=['viewer_id']) }}

with views as (
    select * from {{ ref('int_views') }}
    where viewer_id is not null and {{ is_rebuilt() }}
),

zones as (
    select * from {{ ref('int_market_zones') }}
),

placed as (
    select
        views.live_id,
        views.view_event_id,
        views.viewer_id,
        views.viewer_market,
        coalesce(zones.reporting_timezone, 'UTC') as reporting_timezone,
        views.entered_ts,
        {{ quarter_hour('views.entered_ts') }} as quarter_ts
    from views
    left join zones on views.viewer_market = zones.market
),

quarters as (
    select distinct
        reporting_timezone,
        quarter_ts
    from placed
),

dated as (
    select
        *,
        {{ local_date('quarter_ts', 'reporting_timezone') }} as view_date
    from quarters
)

select
    placed.live_id,
    placed.view_event_id,
    placed.viewer_id,
    placed.viewer_market,
    placed.reporting_timezone,
    placed.entered_ts,
    dated.view_date
from placed
inner join dated
    on
        placed.reporting_timezone = dated.reporting_timezone
        and placed.quarter_ts = dated.quarter_ts
