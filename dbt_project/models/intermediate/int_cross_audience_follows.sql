-- Follows from a battle on by viewers who first came over from an opponent's room.
-- Grain: one row per battle_id, live_id and start_ts with such follows.

with battles as (
    select * from {{ ref('int_intervals') }}
    where kind = 'battle'
),

opponents as (
    select * from {{ ref('int_battle_opponents') }}
),

views as (
    select * from {{ ref('int_views') }}
),

follows as (
    select * from {{ ref('int_acts') }}
    where event_type = 'follow' and phase = 'in_live'
),

first_entries as (
    select
        live_id,
        viewer_id,
        referrer_live_id,
        entered_ts,
        entered_ts - interval '30' minute as came_after_ts
    from views
    where viewer_view_no = 1
),

-- The entry names the opponent's LIVE, or the viewer had left it at most 30 minutes before.
crossings as (
    select
        opponents.battle_id,
        first_entries.live_id,
        first_entries.viewer_id
    from opponents
    inner join first_entries
        on
            opponents.live_id = first_entries.live_id
            and opponents.opponent_live_id = first_entries.referrer_live_id
    union
    select
        opponents.battle_id,
        first_entries.live_id,
        first_entries.viewer_id
    from opponents
    inner join first_entries on opponents.live_id = first_entries.live_id
    inner join views
        on
            opponents.opponent_live_id = views.live_id
            and first_entries.viewer_id = views.viewer_id
            and first_entries.entered_ts >= views.ended_ts
            and first_entries.came_after_ts <= views.ended_ts
)

select
    battles.subject_id as battle_id,
    battles.live_id,
    battles.start_ts,
    count(*) as cross_audience_follows
from battles
inner join crossings
    on battles.subject_id = crossings.battle_id and battles.live_id = crossings.live_id
inner join follows
    on
        crossings.live_id = follows.live_id
        and crossings.viewer_id = follows.viewer_id
        and battles.start_ts <= follows.event_ts
group by battles.subject_id, battles.live_id, battles.start_ts
