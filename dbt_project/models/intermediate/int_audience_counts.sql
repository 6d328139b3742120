-- How many were in a week's LIVEs of a creator or market: all, the week before too, never before.
-- Grain: one row per subject_kind, subject_id and report_week with a visit.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['subject_kind', 'subject_id', 'report_week'],
    rebuilt_in='intermediate.int_later_audiences'
) }}

with weeks as (
    select
        *,
        cast(report_week - interval '7' day as date) as week_before
    from {{ ref('int_later_audiences') }}
),

counted as (
    select
        people.*,
        weeks.week_before
    from {{ ref('int_audiences') }} as people
    inner join weeks
        on
            people.subject_kind = weeks.subject_kind
            and people.subject_id = weeks.subject_id
            and people.report_week = weeks.report_week
),

-- Named here again, since DuckDB writes down the whole of what is named once and read twice.
first_weeks as (
    select
        people.subject_kind,
        people.subject_id,
        people.viewer_key,
        min(people.report_week) as first_week
    from {{ ref('int_audiences') }} as people
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

before as (
    select people.*
    from {{ ref('int_audiences') }} as people
    where
        (people.subject_kind, people.subject_id, people.report_week) in (
            select
                weeks.subject_kind,
                weeks.subject_id,
                weeks.week_before
            from weeks
        )
)

select
    counted.subject_kind,
    counted.subject_id,
    counted.report_week,
    count(*) as viewers,
    count(before.report_week) as viewers_of_week_before,
    count(*) filter (where counted.report_week = first_weeks.first_week) as viewers_never_before
from counted
inner join first_weeks
    on
        counted.subject_kind = first_weeks.subject_kind
        and counted.subject_id = first_weeks.subject_id
        and counted.viewer_key = first_weeks.viewer_key
left join before
    on
        counted.subject_kind = before.subject_kind
        and counted.subject_id = before.subject_id
        and counted.viewer_key = before.viewer_key
        and counted.week_before = before.report_week
group by counted.subject_kind, counted.subject_id, counted.report_week
