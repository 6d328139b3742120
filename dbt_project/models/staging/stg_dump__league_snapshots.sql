-- Where creators stood in their league, as the dumps tell from time to time.
-- Grain: one row per event_id.

with events as (
    select * from {{ source('raw', 'events') }}
    where event_type = 'league_snapshot'
)

select
    event_id,
    creator_id,
    league,
    rank as league_rank,
    event_ts
from events
where rank is not null
