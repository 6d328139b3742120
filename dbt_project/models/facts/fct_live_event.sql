-- LIVE events that creators scheduled, who registered, and whether a LIVE kept to the time.
-- Grain: one row per scheduled event (live_event_id).
{{ config(meta={'key': ['live_event_id']}) }}

with live_events as (
    select * from {{ ref('int_live_events') }}
)

select * from live_events
