-- LIVEs as they were when the models were last built.
-- Grain: one row per live_id.

with built_lives as (
    select * from {{ source('raw', 'built_lives') }}
)

select
    live_id,
    creator_id,
    market_key,
    report_date,
    report_week,
    first_date,
    last_date,
    lives_hash,
    inputs_hash,
    windows_passed
from built_lives
