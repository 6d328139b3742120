-- The weeks of creators and markets in which a night rebuilds a LIVE, as it was or as it is.
-- Grain: one row per subject_kind (creator, market), subject_id and report_week.

select
    'creator' as subject_kind,
    creator_id as subject_id,
    report_week
from {{ ref('int_rebuilt_lives') }}
where creator_id is not null
union
select
    'market' as subject_kind,
    market_key as subject_id,
    report_week
from {{ ref('int_rebuilt_lives') }}
