-- Who came back to a creator or supports them, and whether they are still coming.
-- Grain: one row per creator_id and viewer_id with two LIVEs watched, a gift or several acts.
{{ config(materialized='shown', meta={'key': ['creator_id', 'viewer_id']}) }}

with viewers as (
    select * from {{ ref('fct_viewer_creator') }}
),

as_of as (
    select * from {{ ref('dim_as_of') }}
),

flagged as (
    select
        viewers.*,
        viewers.lives_watched >= 2 as is_returning,
        coalesce(viewers.gift_events_settled, 0) > 0
        or coalesce(viewers.engaged_acts, 0) >= {{ parameter('supporter_acts') }} as is_supporter,
        {{ ratio(
            microseconds_between('viewers.last_visit_ts', 'as_of.as_of_ts'), '86400000000'
        ) }} as days_since_last_visit
    from viewers
    cross join as_of
)

select
    -- keys
    creator_id,
    viewer_id,

    -- measures
    lives_watched,
    views,
    engaged_acts,
    gift_events_settled,
    median_days_between_visits,
    days_since_last_visit,

    -- flags
    is_returning,
    is_supporter,
    days_since_last_visit
    > {{ parameter('overdue_gaps') }} * median_days_between_visits as is_overdue,
    is_lower_bound,

    -- times
    first_visit_ts,
    last_visit_ts
from flagged
where is_returning or is_supporter
