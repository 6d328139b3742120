-- UTC days of which events came, went or changed since the models were last built.
-- Grain: one row per source, event_date and change.

with touched_days as (
    select * from {{ source('raw', 'touched_days') }}
)

select
    source,
    event_date
from touched_days
