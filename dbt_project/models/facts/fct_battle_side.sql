-- Battles, side by side: score and result as the platform says, diamonds as the gifts say.
-- Grain: one row per battle, LIVE and start (battle_id, live_id, start_ts).
{{ config(meta={'key': ['battle_id', 'live_id', 'start_ts']}) }}

with battle_sides as (
    select * from {{ ref('int_battle_sides') }}
),

controls as (
    select * from {{ ref('int_battle_controls') }}
),

-- Of several sides the one with the most diamonds wins by diamonds, two such draw.
ranked as (
    select
        *,
        max(battle_diamonds) over (partition by battle_id) as most_diamonds
    from battle_sides
),

led as (
    select
        *,
        count(*) filter (where battle_diamonds = most_diamonds)
            over (partition by battle_id) as leading_sides
    from ranked
)

select
    led.battle_id,
    led.live_id,
    led.start_ts,
    led.creator_id,
    led.side,
    led.result,
    case
        when led.battle_diamonds_all_sides is null then null
        when led.battle_diamonds < led.most_diamonds then 'loss'
        when led.leading_sides = 1 then 'win'
        else 'draw'
    end as diamonds_result,
    led.sides_known,
    led.opponent_live_id,
    led.opponent_creator_id,
    led.battle_score,
    led.battle_diamonds,
    led.battle_gift_events,
    led.battle_diamonds_all_sides,
    led.cross_audience_follows,
    controls.battle_matched_diamonds,
    controls.battle_matched_sec,
    controls.battle_expected_diamonds,
    led.is_end_inferred,
    led.end_ts,
    led.report_date
from led
inner join controls
    on
        led.battle_id = controls.battle_id
        and led.live_id = controls.live_id
        and led.start_ts = controls.start_ts
