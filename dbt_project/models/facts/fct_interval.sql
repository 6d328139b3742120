-- What ran for a while in a LIVE: pins, promotions, battles, guests, pauses, from start to end.
-- Grain: one row per LIVE, kind, subject and start.
{{ config(meta={'key': ['live_id', 'kind', 'subject_id', 'start_ts']}) }}

with intervals as (
    select * from {{ ref('int_intervals') }}
)

select * from intervals
