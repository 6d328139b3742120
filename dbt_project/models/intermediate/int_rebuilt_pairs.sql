-- The viewers and creators of whom a visit, or a week, came out otherwise this night.
-- Grain: one row per viewer_id and creator_id, both known.

select
    viewer_id,
    creator_id
from {{ listed_in('int_visits') }}
where viewer_id is not null and creator_id is not null
union
select
    viewer_id,
    creator_id
from {{ listed_in('fct_viewer_creator_week') }}
