-- The LIVEs that met in a battle, each with every other one.
-- Grain: one row per battle_id, live_id and opponent_live_id.

with battles as (
    select distinct
        subject_id as battle_id,
        live_id,
        creator_id
    from {{ ref('int_intervals') }}
    where kind = 'battle'
)

select
    battles.battle_id,
    battles.live_id,
    opponents.live_id as opponent_live_id,
    opponents.creator_id as opponent_creator_id
from battles
inner join battles as opponents
    on battles.battle_id = opponents.battle_id and battles.live_id <> opponents.live_id
