-- What changed for the account after a LIVE: the seven days after its day beside the seven before.
-- Grain: one row per LIVE of a known creator (live_id).
{{ config(materialized='shown', meta={'key': ['live_id']}) }}

with aftermath as (
    select * from {{ ref('fct_live_aftermath') }}
)

select * from aftermath
