-- Who was in a LIVE of a creator, or of a market, in which week, and on how many days.
-- Grain: one row per subject_kind, subject_id, report_week and viewer_key ('' where unknown).
{{ config(
    materialized='rebuilt',
    rebuilt_by=['subject_kind', 'subject_id', 'report_week'],
    rebuilt_in='intermediate.int_rebuilt_audiences'
) }}

with lives as (
    select * from {{ ref('int_audience_lives') }}
    where
        {{ is_rebuilt_by(['subject_kind', 'subject_id', 'report_week'], 'int_rebuilt_audiences') }}
),

visits as (
    select * from {{ ref('int_visits') }}
)

select
    lives.subject_kind,
    lives.subject_id,
    lives.report_week,
    coalesce(visits.viewer_id, '') as viewer_key,
    count(distinct lives.report_date) as days
from lives
inner join visits on lives.live_id = visits.live_id
group by
    lives.subject_kind, lives.subject_id, lives.report_week, coalesce(visits.viewer_id, '')
