-- Views: every entry into a LIVE's room while it ran, with the time watched.
-- Grain: one row per room entry (view_event_id).
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], meta={'key': ['view_event_id']}) }}

with views as (
    select * from {{ ref('int_views') }}
    where {{ is_rebuilt() }}
)

select
    -- keys
    view_event_id,
    live_id,
    creator_id,
    viewer_id,

    -- attributes
    channel,
    market as viewer_market,
    {{ audience('is_follower') }} as audience,
    referrer_live_id,
    {{ whole('viewer_view_no') }} as viewer_view_no,

    -- measures
    watch_us,
    cast(watch_us as double) / 1000000 as watch_sec,

    -- flags
    coalesce(is_paid, false) as is_paid,
    is_end_inferred,

    -- times
    entered_ts,
    case when has_leaves then ended_ts end as ended_ts
from views
