-- Which start hours and lengths draw a creator more views an hour than usual, shrunk to the market.
-- Grain: one row per creator, slot_kind and slot, of creators who tried at least two of the kind.
{{ config(materialized='shown', meta={'key': ['creator_id', 'slot_kind', 'slot']}) }}

with slots as (
    select * from {{ ref('fct_creator_slot_fit') }}
)

select * from slots
