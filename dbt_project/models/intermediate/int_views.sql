-- Views: the entries into a running room, with the time watched, pauses excluded.
-- Grain: one row per room entry (view_event_id).
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with entries as (
    select * from {{ ref('int_room_entries') }}
    where is_in_live and {{ is_rebuilt() }}
),

pauses as (
    select * from {{ ref('int_pauses') }}
),

paused as (
    select
        entries.view_event_id,
        sum(
            {{ microseconds_between(
                'greatest(entries.entered_ts, pauses.pause_start_ts)',
                'least(entries.ended_ts, pauses.pause_end_ts)'
            ) }}
        ) as paused_us
    from entries
    inner join pauses
        on
            entries.live_id = pauses.live_id
            and entries.entered_ts < pauses.pause_end_ts
            and pauses.pause_start_ts < entries.ended_ts
    group by entries.view_event_id
)

select
    entries.*,
    row_number() over (
        partition by entries.live_id, entries.viewer_id
        order by entries.entered_ts, entries.view_event_id
    ) as viewer_view_no,
    case
        when entries.has_leaves
            then
                {{ microseconds_between('entries.entered_ts', 'entries.ended_ts') }}
                - {{ whole('coalesce(paused.paused_us, 0)') }}
    end as watch_us,
    {{ audience('entries.is_follower') }} as audience,
    entries.market as viewer_market
from entries
left join paused on entries.view_event_id = paused.view_event_id
