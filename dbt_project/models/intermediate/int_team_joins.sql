-- Who joined the creator's Heart Me team while a LIVE ran.
-- Grain: one row per live_id with a join.

with joins as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'team_join'
),

lives as (
    select * from {{ ref('int_lives') }}
),

visits as (
    select * from {{ ref('int_visits') }}
),

-- A join that names no LIVE belongs to the one that its creator hosted, the last one started.
placed as (
    select
        joins.live_id,
        joins.viewer_id
    from joins
    inner join lives
        on
            joins.live_id = lives.live_id
            and joins.event_ts >= lives.live_start_ts
            and joins.event_ts <= lives.live_end_ts
    union all
    select
        lives.live_id,
        joins.viewer_id
    from joins
    inner join lives
        on
            joins.creator_id = lives.creator_id
            and joins.event_ts >= lives.live_start_ts
            and joins.event_ts <= lives.live_end_ts
    where joins.live_id is null
    qualify
        row_number() over (
            partition by joins.source, joins.event_id
            order by lives.live_start_ts desc, lives.live_id asc
        ) = 1
)

select
    placed.live_id,
    count(*) as heart_me_joins,
    count(distinct visits.viewer_id) as team_joiners_with_view
from placed
left join visits
    on placed.live_id = visits.live_id and placed.viewer_id = visits.viewer_id
group by placed.live_id
