-- The weeks of creators and markets from the first one on in which a night rebuilds a LIVE.
-- Grain: one row per subject_kind (creator, market), subject_id and report_week.

with rebuilt as (
    select * from {{ ref('int_rebuilt_audiences') }}
),

lives as (
    select * from {{ ref('int_audience_lives') }}
),

first_rebuilt as (
    select
        subject_kind,
        subject_id,
        min(report_week) as from_week
    from rebuilt
    group by subject_kind, subject_id
)

select
    subject_kind,
    subject_id,
    report_week
from rebuilt
union
select
    lives.subject_kind,
    lives.subject_id,
    lives.report_week
from lives
inner join first_rebuilt
    on
        lives.subject_kind = first_rebuilt.subject_kind
        and lives.subject_id = first_rebuilt.subject_id
        and lives.report_week >= first_rebuilt.from_week
