-- What a creator's battles of a day brought against the minutes around them.
-- Grain: one row per creator_id and report_date with a battle.

with sides as (
    select * from {{ ref('int_battle_sides') }}
    where creator_id is not null
),

controls as (
    select * from {{ ref('int_battle_controls') }}
)

select
    sides.creator_id,
    sides.report_date,
    {{ whole('sum(controls.battle_matched_diamonds)') }} as battle_matched_diamonds,
    {{ sum_of_millionths('controls.battle_matched_sec') }} as battle_matched_sec,
    {{ in_order('sum', 'controls.battle_expected_diamonds') }} as battle_expected_diamonds
from sides
inner join controls
    on
        sides.battle_id = controls.battle_id
        and sides.live_id = controls.live_id
        and sides.start_ts = controls.start_ts
group by sides.creator_id, sides.report_date
