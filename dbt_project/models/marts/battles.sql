-- Battles, side by side, with score, diamonds, shares and the opponent where there is one.
-- Grain: one row per battle, LIVE and start (battle_id, live_id, start_ts).
{{ config(materialized='shown', meta={'key': ['battle_id', 'live_id', 'start_ts']}) }}

with sides as (
    select * from {{ ref('fct_battle_side') }}
)

select
    -- keys
    battle_id,
    live_id,
    start_ts,
    creator_id,

    -- attributes
    side,
    result,
    diamonds_result,
    sides_known,
    opponent_live_id,
    opponent_creator_id,

    -- measures
    {{ measure_names('B') }},

    -- ratios
    {{ ratio_columns('B') }},

    -- flags
    is_end_inferred,

    -- times
    end_ts,
    report_date
from sides
