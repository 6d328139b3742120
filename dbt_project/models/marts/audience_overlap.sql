-- How far the audiences of two creators are the same people.
-- Grain: one row per pair of creators (creator_a < creator_b) with a common viewer.
{{ config(materialized='shown', meta={'key': ['creator_a', 'creator_b']}) }}

with pairs as (
    select * from {{ ref('fct_creator_pair') }}
)

select
    -- keys
    creator_a,
    creator_b,

    -- measures
    {{ measure_names('CP') }},

    -- ratios
    {{ ratio_columns('CP') }}
from pairs
