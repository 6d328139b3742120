-- Who is in a LIVE that this night rebuilds.
-- Grain: one row per creator_key and viewer_key ('' where unknown).

with lives as (
    select
        live_id,
        coalesce(creator_id, '') as creator_key
    from {{ ref('int_lives') }}
    where {{ is_rebuilt() }}
)

select distinct
    lives.creator_key,
    coalesce(views.viewer_id, '') as viewer_key
from {{ ref('int_views') }} as views
inner join lives on views.live_id = lives.live_id
where {{ is_rebuilt('views.live_id') }}
