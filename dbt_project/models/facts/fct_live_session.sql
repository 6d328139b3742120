-- LIVEs with every count, sum and distinct count that the acts in them give.
-- Grain: one row per LIVE (live_id).
{{ config(meta={'key': ['live_id']}) }}

with live_sessions as (
    select * from {{ ref('int_live_sessions') }}
)

select * from live_sessions
