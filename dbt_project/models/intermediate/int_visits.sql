-- Who was in which LIVE, when with the creator before, and whether after.
-- Grain: one row per live_id and viewer_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], lists=['viewer_id', 'creator_id']) }}

with lives as (
    select
        *,
        coalesce(creator_id, '') as creator_key
    from {{ ref('int_lives') }}
),

first_rebuilt as (
    select
        creator_key,
        min(creator_live_no) as from_live_no
    from lives
    where {{ is_rebuilt() }}
    group by creator_key
),

placed_lives as (
    select
        lives.*,
        lives.creator_live_no >= first_rebuilt.from_live_no as is_recent
    from lives
    inner join first_rebuilt on lives.creator_key = first_rebuilt.creator_key
),

recent_visits as (
    select
        placed_lives.live_id,
        placed_lives.creator_key,
        views.viewer_id,
        coalesce(views.viewer_id, '') as viewer_key,
        placed_lives.creator_live_no,
        views.entered_ts
    from {{ ref('int_views') }} as views
    inner join placed_lives on views.live_id = placed_lives.live_id
    where placed_lives.is_recent and views.viewer_view_no = 1
),

people as (
    select * from {{ ref('int_rebuilt_people') }}
),

-- All that whoever is in a rebuilt LIVE ever saw of its creator. Views are named here again, since
-- DuckDB writes down the whole of what is named once and read twice.
watched as (
    select
        people.creator_key,
        people.viewer_key,
        views.live_id,
        min(views.entered_ts) as entered_ts
    from {{ ref('int_views') }} as views
    inner join people
        on
            coalesce(views.creator_id, '') = people.creator_key
            and coalesce(views.viewer_id, '') = people.viewer_key
    group by people.creator_key, people.viewer_key, views.live_id
),

-- Of what was before, only the last LIVE tells something.
last_visits as (
    select
        watched.creator_key,
        watched.viewer_key,
        max(placed_lives.creator_live_no) as creator_live_no,
        max_by(watched.entered_ts, placed_lives.creator_live_no) as entered_ts
    from watched
    inner join placed_lives on watched.live_id = placed_lives.live_id
    where not placed_lives.is_recent
    group by watched.creator_key, watched.viewer_key
),

visits as (
    select * from recent_visits
    union all
    select
        cast(null as string) as live_id,
        creator_key,
        cast(null as string) as viewer_id,
        viewer_key,
        creator_live_no,
        entered_ts
    from last_visits
),

in_order as (
    select
        *,
        lag(entered_ts) over creator_viewer as previous_entered_ts,
        lag(creator_live_no) over creator_viewer as previous_creator_live_no,
        lead(creator_live_no) over creator_viewer as next_creator_live_no
    from visits
    window creator_viewer as (
        partition by creator_key, viewer_key order by creator_live_no
    )
)

select
    in_order.live_id,
    lives.creator_id,
    in_order.viewer_id,
    in_order.entered_ts,
    in_order.previous_entered_ts,
    in_order.previous_entered_ts is null as is_first_live,
    coalesce(
        in_order.previous_entered_ts >= lives.live_start_ts - interval '30' day, false
    ) as is_returning_30d,
    coalesce(
        in_order.previous_creator_live_no = in_order.creator_live_no - 1, false
    ) as was_in_previous_live,
    coalesce(
        in_order.next_creator_live_no = in_order.creator_live_no + 1, false
    ) as is_in_next_live
from in_order
inner join lives on in_order.live_id = lives.live_id
where {{ is_rebuilt('in_order.live_id') }}
