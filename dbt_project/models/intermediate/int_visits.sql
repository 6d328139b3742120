-- Who was in which LIVE, when with the creator before, and whether after.
-- Grain: one row per live_id and viewer_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with views as (
    select
        *,
        coalesce(creator_id, '') as creator_key,
        coalesce(viewer_id, '') as viewer_key
    from {{ ref('int_views') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

-- Whoever is in a rebuilt LIVE, with all that they ever saw of its creator. Named here again, since
-- DuckDB writes down the whole of what is named once and read twice.
people as (
    select distinct
        coalesce(creator_id, '') as creator_key,
        coalesce(viewer_id, '') as viewer_key
    from {{ ref('int_views') }}
    where {{ is_rebuilt() }}
),

visits as (
    select
        views.live_id,
        views.viewer_id,
        min(views.entered_ts) as entered_ts
    from views
    inner join people
        on views.creator_key = people.creator_key and views.viewer_key = people.viewer_key
    group by views.live_id, views.viewer_id
),

in_order as (
    select
        visits.*,
        lives.live_start_ts,
        lives.creator_live_no,
        lag(visits.entered_ts) over creator_viewer as previous_entered_ts,
        lag(lives.creator_live_no) over creator_viewer as previous_creator_live_no,
        lead(lives.creator_live_no) over creator_viewer as next_creator_live_no
    from visits
    inner join lives on visits.live_id = lives.live_id
    window creator_viewer as (
        partition by lives.creator_id, visits.viewer_id order by lives.creator_live_no
    )
)

select
    live_id,
    viewer_id,
    entered_ts,
    previous_entered_ts,
    previous_entered_ts is null as is_first_live,
    coalesce(previous_entered_ts >= live_start_ts - interval '30' day, false) as is_returning_30d,
    coalesce(previous_creator_live_no = creator_live_no - 1, false) as was_in_previous_live,
    coalesce(next_creator_live_no = creator_live_no + 1, false) as is_in_next_live
from in_order
where {{ is_rebuilt() }}
