-- The review of a LIVE: its core metrics against the market and the creator's own LIVEs.
-- Grain: one row per LIVE and reviewed metric.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_rankings',
    meta={'key': ['live_id', 'metric']}
) }}

with reviews as (
    select * from {{ ref('fct_live_review') }}
    where {{ is_rebuilt(listed='int_rebuilt_rankings') }}
)

select * from reviews
