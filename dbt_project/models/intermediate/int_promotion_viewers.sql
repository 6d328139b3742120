-- How many people were watching while a promotion ran.
-- Grain: one row per live_id, kind, subject_id and start_ts of a promotion with views.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with promotions as (
    select * from {{ ref('int_promotions') }}
    where {{ is_rebuilt() }}
),

-- A view whose end is not known may last to the LIVE's end.
views as (
    select
        *,
        coalesce(case when has_leaves then ended_ts end, timestamp '9999-12-31 00:00:00')
            as present_until_ts
    from {{ ref('int_views') }}
    where {{ is_rebuilt() }}
)

select
    promotions.live_id,
    promotions.kind,
    promotions.subject_id,
    promotions.start_ts,
    count(distinct views.viewer_id) as viewers_in_window
from promotions
inner join views
    on
        promotions.live_id = views.live_id
        and promotions.end_ts >= views.entered_ts
        and promotions.start_ts <= views.present_until_ts
group by promotions.live_id, promotions.kind, promotions.subject_id, promotions.start_ts
