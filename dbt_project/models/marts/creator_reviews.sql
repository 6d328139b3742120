-- The weekly review of an account: the week against the creator's weeks before it.
-- Grain: one row per creator, report_week with LIVEs and metric.
{{ config(materialized='shown', meta={'key': ['creator_id', 'report_week', 'metric']}) }}

with reviews as (
    select * from {{ ref('fct_creator_review') }}
)

select * from reviews
