-- Room entries and when they ended: at their own leave, the viewer's next entry, or the LIVE's end.
-- Grain: one row per room_enter of a LIVE.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with events as (
    select * from {{ ref('int_events') }}
    where event_type in ('room_enter', 'room_leave') and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

entries as (
    select
        event_id as view_event_id,
        live_id,
        viewer_id,
        view_id,
        channel,
        is_follower,
        is_paid,
        market,
        referrer_live_id,
        event_ts as entered_ts,
        lead(event_ts) over (
            partition by live_id, viewer_id order by event_ts, event_id
        ) as next_entered_ts
    from events
    where event_type = 'room_enter'
),

leaves as (
    select
        live_id,
        viewer_id,
        view_id,
        event_ts as left_ts
    from events
    where event_type = 'room_leave'
),

-- With a view_id, the first leave that carries it; without one, the viewer's next leave.
own_leaves as (
    select
        entries.view_event_id,
        min(leaves.left_ts) as own_left_ts
    from entries
    inner join leaves
        on
            entries.live_id = leaves.live_id
            and entries.view_id = leaves.view_id
            and entries.entered_ts <= leaves.left_ts
    group by entries.view_event_id
    union all
    select
        entries.view_event_id,
        min(leaves.left_ts) as own_left_ts
    from entries
    inner join leaves
        on
            entries.live_id = leaves.live_id
            and entries.viewer_id = leaves.viewer_id
            and entries.entered_ts <= leaves.left_ts
    where entries.view_id is null
    group by entries.view_event_id
)

select
    entries.view_event_id,
    entries.live_id,
    lives.creator_id,
    entries.viewer_id,
    entries.view_id,
    entries.channel,
    entries.is_follower,
    entries.is_paid,
    entries.market,
    entries.referrer_live_id,
    entries.entered_ts between lives.live_start_ts and lives.live_end_ts as is_in_live,
    coalesce(
        own_leaves.own_left_ts
        > least(coalesce(entries.next_entered_ts, lives.live_end_ts), lives.live_end_ts),
        true
    ) as is_end_inferred,
    lives.has_leaves,
    entries.entered_ts,
    entries.next_entered_ts,
    greatest(
        least(
            coalesce(own_leaves.own_left_ts, lives.live_end_ts),
            coalesce(entries.next_entered_ts, lives.live_end_ts),
            lives.live_end_ts
        ),
        entries.entered_ts
    ) as ended_ts
from entries
inner join lives on entries.live_id = lives.live_id
left join own_leaves on entries.view_event_id = own_leaves.view_event_id
