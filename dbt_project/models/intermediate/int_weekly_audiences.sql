-- The life of an audience from week to week: who is new, comes back, stays away.
-- Grain: one row per subject_kind (creator, market), subject_id and report_week with LIVEs.

with lives as (
    select * from {{ ref('int_audience_lives') }}
),

counts as (
    select * from {{ ref('int_audience_counts') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

weeks as (
    select
        lives.subject_kind,
        lives.subject_id,
        lives.report_week,
        cast(lives.report_week - interval '7' day as date) as week_before,
        cast(lives.report_week + interval '7' day as date) as week_after,
        min(case when lives.has_views then 1 else 0 end) = 1 as has_views,
        {{ local_date('max(as_of.as_of_ts)', 'min(lives.reporting_timezone)') }} as as_of_date
    from lives
    cross join as_of
    group by lives.subject_kind, lives.subject_id, lives.report_week
),

followed as (
    select
        weeks.*,
        coalesce(present.viewers, 0) as viewers,
        coalesce(present.viewers_never_before, 0) as viewers_never_before,
        coalesce(present.viewers_of_week_before, 0) as viewers_of_week_before,
        coalesce(before.viewers, 0) as viewers_week_before,
        coalesce(later.viewers_of_week_before, 0) as viewers_back_next_week
    from weeks
    left join counts as present
        on
            weeks.subject_kind = present.subject_kind
            and weeks.subject_id = present.subject_id
            and weeks.report_week = present.report_week
    left join counts as before
        on
            weeks.subject_kind = before.subject_kind
            and weeks.subject_id = before.subject_id
            and weeks.week_before = before.report_week
    left join counts as later
        on
            weeks.subject_kind = later.subject_kind
            and weeks.subject_id = later.subject_id
            and weeks.week_after = later.report_week
)

select
    subject_kind,
    subject_id,
    report_week,
    case when has_views then viewers_never_before end as lifecycle_new,
    case when has_views then viewers_of_week_before end as lifecycle_returning,
    case
        when has_views then viewers - viewers_never_before - viewers_of_week_before
    end as lifecycle_resurrecting,
    case
        when has_views and as_of_date >= week_after
            then viewers_week_before - viewers_of_week_before
    end as lifecycle_dormant,
    case
        when has_views and as_of_date >= report_week + interval '14' day
            then viewers_back_next_week
    end as viewers_back_next_week
from followed
