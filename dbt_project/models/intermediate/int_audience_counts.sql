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

-- All weeks of whoever is counted. Named here again, since DuckDB writes down the whole of what is
-- named once and read twice.
visits as (
    select
        people.subject_kind,
        people.subject_id,
        people.report_week,
        lag(people.report_week) over (
            partition by people.subject_kind, people.subject_id, people.viewer_key
            order by people.report_week
        ) as last_week
    from {{ ref('int_audiences') }} as people
    where
        (people.subject_kind, people.subject_id, people.viewer_key) in (
            select
                counted.subject_kind,
                counted.subject_id,
                counted.viewer_key
            from counted
        )
)

select
    visits.subject_kind,
    visits.subject_id,
    visits.report_week,
    count(*) as viewers,
    count(*) filter (
        where visits.last_week = cast(visits.report_week - interval '7' day as date)
    ) as viewers_of_week_before,
    count(*) filter (where visits.last_week is null) as viewers_never_before
from visits
inner join weeks
    on
        visits.subject_kind = weeks.subject_kind
        and visits.subject_id = weeks.subject_id
        and visits.report_week = weeks.report_week
group by visits.subject_kind, visits.subject_id, visits.report_week
