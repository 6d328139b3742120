-- Who took part in the LIVEs of a creator in a week.
-- Grain: one row per creator_id, report_week and viewer_id.
{{ config(materialized='rebuilt', rebuilt_by=['creator_id', 'report_week']) }}

with acts as (
    select * from {{ ref('int_acts') }}
    where
        phase = 'in_live'
        and viewer_id is not null
        and event_type in (
            'room_enter', 'comment', 'like', 'share', 'follow', 'gift', 'product_click', 'order'
        )
),

lives as (
    select * from {{ ref('int_live_inputs') }}
    where {{ is_rebuilt_by(['creator_id', 'report_week']) }}
)

select distinct
    lives.creator_id,
    lives.report_week,
    acts.viewer_id
from acts
inner join lives on acts.live_id = lives.live_id
