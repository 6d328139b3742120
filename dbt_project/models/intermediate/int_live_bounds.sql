-- When a LIVE began and ended by its events, and when its room is known to have run.
-- Grain: one row per live_id of an event.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='staging.stg_nights__touched_lives'
) }}

with events as (
    select * from {{ ref('int_events') }}
    where live_id in (select touched.live_id from {{ ref('stg_nights__touched_lives') }} as touched)
)

select
    live_id,
    min(source) as source,
    min(creator_id) as creator_id,
    min(event_ts) filter (where event_type = 'live_start') as started_ts,
    min(event_ts) filter (where event_type = 'live_end') as ended_ts,
    -- every message of the webcast feed comes out of a running room
    min(event_ts) filter (
        where source = 'webcast' or {{ is_running_type() }}
    ) as first_running_ts,
    max(event_ts) filter (
        where source = 'webcast' or {{ is_running_type() }}
    ) as last_running_ts,
    count(*) filter (where event_type = 'live_start') as live_starts,
    count(*) filter (where event_type = 'live_end') as live_ends
from events
group by live_id
