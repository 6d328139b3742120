-- How many were in a week's LIVEs of a creator or market: all, the week before too, never before.
-- Grain: one row per subject_kind, subject_id and report_week with a visit.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['subject_kind', 'subject_id', 'report_week'],
    rebuilt_in='intermediate.int_later_audiences'
) }}

with weeks as (
    select * from {{ ref('int_later_audiences') }}
),

-- From the first of its weeks on a subject's weeks are all in the list. One number instead of two
-- texts: every row of history is looked up.
subjects as (
    select
        subject_kind,
        subject_id,
        min(report_week) as from_week,
        row_number() over (order by subject_kind, subject_id) as subject_no
    from weeks
    group by subject_kind, subject_id
),

counted as (
    select
        subjects.subject_no,
        people.viewer_key,
        people.report_week
    from {{ ref('int_audiences') }} as people
    inner join weeks
        on
            people.subject_kind = weeks.subject_kind
            and people.subject_id = weeks.subject_id
            and people.report_week = weeks.report_week
    inner join subjects
        on
            people.subject_kind = subjects.subject_kind
            and people.subject_id = subjects.subject_id
),

earlier as (
    select
        subjects.subject_no,
        people.viewer_key,
        people.report_week
    from {{ ref('int_audiences') }} as people
    inner join subjects
        on
            people.subject_kind = subjects.subject_kind
            and people.subject_id = subjects.subject_id
            and people.report_week < subjects.from_week
),

-- Of all weeks before, only the last one of a person tells something.
last_weeks as (
    select
        subject_no,
        viewer_key,
        max(report_week) as report_week
    from earlier
    where
        (subject_no, viewer_key) in (
            select
                counted.subject_no,
                counted.viewer_key
            from counted
        )
    group by subject_no, viewer_key
),

visits as (
    select
        subject_no,
        viewer_key,
        report_week,
        true as is_counted
    from counted
    union all
    select
        subject_no,
        viewer_key,
        report_week,
        false as is_counted
    from last_weeks
),

followed as (
    select
        subject_no,
        report_week,
        is_counted,
        lag(report_week) over (
            partition by subject_no, viewer_key order by report_week
        ) as last_week
    from visits
)

select
    subjects.subject_kind,
    subjects.subject_id,
    followed.report_week,
    count(*) as viewers,
    count(*) filter (
        where followed.last_week = cast(followed.report_week - interval '7' day as date)
    ) as viewers_of_week_before,
    count(*) filter (where followed.last_week is null) as viewers_never_before
from followed
inner join subjects on followed.subject_no = subjects.subject_no
where followed.is_counted
group by subjects.subject_kind, subjects.subject_id, followed.report_week
