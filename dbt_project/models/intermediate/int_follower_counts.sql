-- How many followers a creator had, each count valid until the next one.
-- Grain: one row per creator and counted_ts.

with events as (
    select * from {{ ref('int_sparse_events') }}
    where followers is not null and creator_id is not null
),

counts as (
    select
        creator_id,
        event_ts as counted_ts,
        followers
    from events
    qualify row_number() over (partition by creator_id, event_ts order by event_id) = 1
)

select
    creator_id,
    followers,
    counted_ts,
    coalesce(
        lead(counted_ts) over (partition by creator_id order by counted_ts),
        timestamp '9999-12-31 00:00:00'
    ) as valid_until_ts
from counts
