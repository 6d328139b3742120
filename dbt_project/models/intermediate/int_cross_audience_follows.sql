-- Follows from a battle on by viewers who first came over from an opponent's room.
-- Grain: one row per battle_id, live_id and start_ts with such follows.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['battle_id'],
    rebuilt_in='intermediate.int_rebuilt_battles'
) }}

with follows as (
    select
        *,
        entered_ts - interval '30' minute as came_after_ts
    from {{ ref('int_battle_follows') }}
    where {{ is_rebuilt_by(['battle_id'], 'int_rebuilt_battles') }}
),

opponents as (
    select * from {{ ref('int_battle_opponents') }}
),

views as (
    select * from {{ ref('int_views') }}
),

-- The entry names the opponent's LIVE, or the viewer had left it at most 30 minutes before.
crossed as (
    select
        follows.battle_id,
        follows.live_id,
        follows.start_ts,
        follows.follow_event_id
    from follows
    inner join opponents
        on
            follows.battle_id = opponents.battle_id
            and follows.live_id = opponents.live_id
            and follows.referrer_live_id = opponents.opponent_live_id
    union
    select
        follows.battle_id,
        follows.live_id,
        follows.start_ts,
        follows.follow_event_id
    from follows
    inner join opponents
        on
            follows.battle_id = opponents.battle_id
            and follows.live_id = opponents.live_id
    inner join views
        on
            opponents.opponent_live_id = views.live_id
            and follows.viewer_id = views.viewer_id
            and follows.entered_ts >= views.ended_ts
            and follows.came_after_ts <= views.ended_ts
)

select
    battle_id,
    live_id,
    start_ts,
    count(*) as cross_audience_follows
from crossed
group by battle_id, live_id, start_ts
