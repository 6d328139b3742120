-- Viewers who were in three LIVEs of a creator within the 28 days that end with a day.
-- Grain: one row per creator_id and report_date with such viewers.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['creator_id', 'report_date'],
    rebuilt_in='intermediate.int_later_lives'
) }}

with later as (
    select * from {{ ref('int_later_lives') }}
),

visits as (
    select * from {{ ref('int_visits') }}
),

first_looked_at as (
    select
        creator_id,
        {{ days_before('min(report_date)', 27) }} as from_date
    from later
    group by creator_id
),

lives as (
    select lives.*
    from {{ ref('int_lives') }} as lives
    inner join first_looked_at
        on
            lives.creator_id = first_looked_at.creator_id
            and lives.report_date >= first_looked_at.from_date
),

-- The third-last LIVE visited, this one included, says whether there were three in 28 days.
in_order as (
    select
        lives.creator_id,
        visits.viewer_id,
        lives.report_date,
        lag(lives.report_date, 2) over (
            partition by lives.creator_id, visits.viewer_id
            order by lives.report_date, lives.creator_live_no
        ) as third_last_date
    from visits
    inner join lives on visits.live_id = lives.live_id
)

select
    creator_id,
    report_date,
    count(distinct viewer_id) as loyal_viewers
from in_order
where
    third_last_date >= report_date - interval '27' day
    and (creator_id, report_date) in (
        select
            later.creator_id,
            later.report_date
        from later
    )
group by creator_id, report_date
