-- Who is in a LIVE that this night rebuilds.
-- Grain: one row per creator_key and viewer_key ('' where unknown).

select distinct
    coalesce(creator_id, '') as creator_key,
    coalesce(viewer_id, '') as viewer_key
from {{ ref('int_views') }}
where {{ is_rebuilt() }}
