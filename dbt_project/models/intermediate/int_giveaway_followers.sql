-- Who followed for a giveaway while it ran.
-- Grain: one row per live_id, subject_id and start_ts of a giveaway, and viewer_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with giveaways as (
    select * from {{ ref('int_intervals') }}
    where kind = 'giveaway' and {{ is_rebuilt() }}
),

follows as (
    select * from {{ ref('int_events') }}
    where event_type = 'follow' and origin = 'giveaway' and {{ is_rebuilt() }}
)

select
    giveaways.live_id,
    giveaways.subject_id,
    giveaways.start_ts,
    giveaways.creator_id,
    follows.viewer_id,
    min(follows.event_ts) as followed_ts
from giveaways
inner join follows
    on
        giveaways.live_id = follows.live_id
        and giveaways.start_ts <= follows.event_ts
        and giveaways.end_ts >= follows.event_ts
group by
    giveaways.live_id, giveaways.subject_id, giveaways.start_ts, giveaways.creator_id,
    follows.viewer_id
