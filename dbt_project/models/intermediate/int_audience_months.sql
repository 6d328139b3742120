-- The audience of a market in the 28 days that end with a week: viewers, and viewers a day.
-- Grain: one row per subject_kind (market), subject_id and report_week with LIVEs.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['subject_kind', 'subject_id', 'report_week'],
    rebuilt_in='intermediate.int_later_audiences'
) }}

with people as (
    select * from {{ ref('int_audiences') }}
    where subject_kind = 'market'
),

weeks as (
    select * from {{ ref('int_later_audiences') }}
    where subject_kind = 'market'
),

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
-- The four weeks of the 28 days.
parts as (
    {%- for days in [0, 7, 14, 21] %}
    {{ 'union all' if not loop.first }}
    select
        subject_id,
        report_week,
        cast(report_week - interval '{{ days }}' day as date) as part_week
    from weeks
    {%- endfor %}
)

select
    'market' as subject_kind,
    parts.subject_id,
    parts.report_week,
    count(distinct people.viewer_key) as viewers_28d,
    {{ whole('sum(people.days)') }} as viewer_days_28d
from parts
inner join people
    on parts.subject_id = people.subject_id and parts.part_week = people.report_week
group by parts.subject_id, parts.report_week
