-- LIVEs with events that came, went or changed since the models were last built.
-- Grain: one row per live_id and change.

with touched_lives as (
    select * from {{ source('raw', 'touched_lives') }}
)

select
    live_id,
    has_entry
from touched_lives
