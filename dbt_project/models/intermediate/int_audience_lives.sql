-- Whose audience came to a LIVE: its creator's, and that of the creator's market.
-- Grain: one row per subject_kind (creator, market) and live_id, the unknown market being ''.
{{ config(materialized='view') }}

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
)

select
    'creator' as subject_kind,
    creator_id as subject_id,
    report_week,
    report_date,
    live_id,
    has_views,
    reporting_timezone
from lives
where creator_id is not null
union all
select
    'market' as subject_kind,
    coalesce(market, '') as subject_id,
    report_week,
    report_date,
    live_id,
    has_views,
    reporting_timezone
from lives
