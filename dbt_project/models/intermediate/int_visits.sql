-- Who was in which LIVE, and whether the viewer had been with the creator before.
-- Grain: one row per live_id and viewer_id.

with views as (
    select * from {{ ref('int_views') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

visits as (
    select
        live_id,
        viewer_id,
        min(entered_ts) as entered_ts
    from views
    group by live_id, viewer_id
),

in_order as (
    select
        visits.*,
        lives.live_start_ts,
        lives.creator_live_no,
        lag(visits.entered_ts) over creator_viewer as previous_entered_ts,
        lag(lives.creator_live_no) over creator_viewer as previous_creator_live_no
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
    previous_entered_ts is null as is_first_live,
    coalesce(previous_entered_ts >= live_start_ts - interval '30' day, false) as is_returning_30d,
    coalesce(previous_creator_live_no = creator_live_no - 1, false) as was_in_previous_live
from in_order
