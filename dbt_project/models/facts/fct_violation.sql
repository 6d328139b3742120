-- Violations, and whether the creator had met this type before.
-- Grain: one row per violation event of a LIVE (violation_event_id).
{{ config(meta={'key': ['violation_event_id']}) }}

with events as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'violation'
),

lives as (
    select * from {{ ref('int_lives') }}
)

select
    -- keys
    events.event_id as violation_event_id,
    events.violation_id,
    events.live_id,
    lives.creator_id,

    -- attributes
    events.violation_type,
    events.policy,
    events.severity,
    events.action,

    -- flags
    row_number() over (
        partition by lives.creator_id, events.violation_type
        order by events.event_ts, events.event_id
    ) = 1 as is_new_type,

    -- times
    events.event_ts as violation_ts
from events
inner join lives on events.live_id = lives.live_id
