-- Follows in a LIVE from a battle on, each with the viewer's first entry.
-- Grain: one row per battle_id, live_id and start_ts, and follow (follow_event_id).
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with battles as (
    select * from {{ ref('int_intervals') }}
    where kind = 'battle' and {{ is_rebuilt() }}
),

first_entries as (
    select * from {{ ref('int_views') }}
    where viewer_view_no = 1 and {{ is_rebuilt() }}
),

follows as (
    select * from {{ ref('int_acts') }}
    where event_type = 'follow' and phase = 'in_live' and {{ is_rebuilt() }}
)

select
    battles.subject_id as battle_id,
    battles.live_id,
    battles.start_ts,
    follows.event_id as follow_event_id,
    follows.viewer_id,
    first_entries.referrer_live_id,
    first_entries.entered_ts
from battles
inner join follows
    on
        battles.live_id = follows.live_id
        and battles.start_ts <= follows.event_ts
inner join first_entries
    on
        follows.live_id = first_entries.live_id
        and follows.viewer_id = first_entries.viewer_id
