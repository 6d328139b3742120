-- Battles, side by side: score and result as the platform says, diamonds as the gifts say.
-- Grain: one row per battle, LIVE and start (battle_id, live_id, start_ts).
{{ config(meta={'key': ['battle_id', 'live_id', 'start_ts']}) }}

with battle_sides as (
    select * from {{ ref('int_battle_sides') }}
)

select * from battle_sides
