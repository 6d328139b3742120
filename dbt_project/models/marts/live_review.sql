-- The review of a LIVE: its core metrics against the market and the creator's own LIVEs.
-- Grain: one row per LIVE and reviewed metric.
{{ config(materialized='shown', meta={'key': ['live_id', 'metric']}) }}

with reviews as (
    select * from {{ ref('fct_live_review') }}
)

select * from reviews
