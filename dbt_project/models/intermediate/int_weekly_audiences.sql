-- The life of an audience from week to week: who is new, comes back, stays away.
-- Grain: one row per subject_kind (creator, market), subject_id and report_week with LIVEs.

with sessions as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_live_sessions') }}
),

visits as (
    select * from {{ ref('int_visits') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- A LIVE counts for its creator and for its creator's market; the unknown market is ''.
placed as (
    select
        'creator' as subject_kind,
        creator_id as subject_id,
        report_week,
        live_id,
        has_views,
        reporting_timezone
    from sessions
    where creator_id is not null
    union all
    select
        'market' as subject_kind,
        coalesce(market, '') as subject_id,
        report_week,
        live_id,
        has_views,
        reporting_timezone
    from sessions
),

weeks as (
    select
        placed.subject_kind,
        placed.subject_id,
        placed.report_week,
        min(case when placed.has_views then 1 else 0 end) = 1 as has_views,
        {{ local_date('max(as_of.as_of_ts)', 'min(placed.reporting_timezone)') }} as as_of_date
    from placed
    cross join as_of
    group by placed.subject_kind, placed.subject_id, placed.report_week
),

people as (
    select distinct
        placed.subject_kind,
        placed.subject_id,
        placed.report_week,
        visits.viewer_id
    from placed
    inner join visits on placed.live_id = visits.live_id
),

in_order as (
    select
        *,
        cast(report_week + interval '7' day as date) as week_after,
        lag(report_week) over person as previous_week,
        lead(report_week) over person as next_week
    from people
    window person as (partition by subject_kind, subject_id, viewer_id order by report_week)
),

present as (
    select
        subject_kind,
        subject_id,
        report_week,
        count(*) filter (where previous_week is null) as lifecycle_new,
        count(*) filter (
            where previous_week = report_week - interval '7' day
        ) as lifecycle_returning,
        count(*) filter (
            where previous_week < report_week - interval '7' day
        ) as lifecycle_resurrecting,
        count(*) filter (where next_week = week_after) as viewers_back_next_week
    from in_order
    group by subject_kind, subject_id, report_week
),

away as (
    select
        subject_kind,
        subject_id,
        week_after as report_week,
        count(*) as lifecycle_dormant
    from in_order
    where coalesce(next_week, date '9999-12-31') > week_after
    group by subject_kind, subject_id, week_after
)

select
    weeks.subject_kind,
    weeks.subject_id,
    weeks.report_week,
    case when weeks.has_views then coalesce(present.lifecycle_new, 0) end as lifecycle_new,
    case
        when weeks.has_views then coalesce(present.lifecycle_returning, 0)
    end as lifecycle_returning,
    case
        when weeks.has_views then coalesce(present.lifecycle_resurrecting, 0)
    end as lifecycle_resurrecting,
    case
        when weeks.has_views and weeks.as_of_date >= weeks.report_week + interval '7' day
            then coalesce(away.lifecycle_dormant, 0)
    end as lifecycle_dormant,
    case
        when weeks.has_views and weeks.as_of_date >= weeks.report_week + interval '14' day
            then coalesce(present.viewers_back_next_week, 0)
    end as viewers_back_next_week
from weeks
left join present
    on
        weeks.subject_kind = present.subject_kind
        and weeks.subject_id = present.subject_id
        and weeks.report_week = present.report_week
left join away
    on
        weeks.subject_kind = away.subject_kind
        and weeks.subject_id = away.subject_id
        and weeks.report_week = away.report_week
