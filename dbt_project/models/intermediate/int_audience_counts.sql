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

-- From the first of them on they are all in the list.
first_weeks as (
    select
        subject_kind,
        subject_id,
        min(report_week) as from_week
    from weeks
    group by subject_kind, subject_id
),

counted as (
    select people.*
    from {{ ref('int_audiences') }} as people
    where
        (people.subject_kind, people.subject_id, people.report_week) in (
            select
                weeks.subject_kind,
                weeks.subject_id,
                weeks.report_week
            from weeks
        )
),

-- Of all weeks before, only the last one of a person tells something. Named here again, since
-- DuckDB writes down the whole of what is named once and read twice.
last_weeks as (
    select
        people.subject_kind,
        people.subject_id,
        people.viewer_key,
        max(people.report_week) as report_week
    from {{ ref('int_audiences') }} as people
    inner join first_weeks
        on
            people.subject_kind = first_weeks.subject_kind
            and people.subject_id = first_weeks.subject_id
            and people.report_week < first_weeks.from_week
    where
        (people.subject_kind, people.subject_id, people.viewer_key) in (
            select
                counted.subject_kind,
                counted.subject_id,
                counted.viewer_key
            from counted
        )
    group by people.subject_kind, people.subject_id, people.viewer_key
),

visits as (
    select
        people.subject_kind,
        people.subject_id,
        people.viewer_key,
        people.report_week,
        true as is_counted
    from {{ ref('int_audiences') }} as people
    inner join weeks
        on
            people.subject_kind = weeks.subject_kind
            and people.subject_id = weeks.subject_id
            and people.report_week = weeks.report_week
    union all
    select
        subject_kind,
        subject_id,
        viewer_key,
        report_week,
        false as is_counted
    from last_weeks
),

followed as (
    select
        subject_kind,
        subject_id,
        report_week,
        is_counted,
        lag(report_week) over (
            partition by subject_kind, subject_id, viewer_key order by report_week
        ) as last_week
    from visits
)

select
    subject_kind,
    subject_id,
    report_week,
    count(*) as viewers,
    count(*) filter (
        where last_week = cast(report_week - interval '7' day as date)
    ) as viewers_of_week_before,
    count(*) filter (where last_week is null) as viewers_never_before
from followed
where is_counted
group by subject_kind, subject_id, report_week
