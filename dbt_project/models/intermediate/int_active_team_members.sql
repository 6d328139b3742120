-- Members of a creator's Heart Me team who took part in the creator's LIVEs of the week.
-- Grain: one row per creator_id and report_week with such members.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['report_week'],
    rebuilt_in='intermediate.int_rebuilt_team_weeks'
) }}

with people as (
    select people.*
    from {{ ref('int_active_people') }} as people
    where
        people.report_week in (
            select rebuilt.report_week from {{ ref('int_rebuilt_team_weeks') }} as rebuilt
        )
),

team_events as (
    select events.*
    from {{ ref('int_sparse_events') }} as events
    where
        events.event_type in ('team_join', 'team_leave')
        and (events.creator_id, events.viewer_id) in (
            select
                people.creator_id,
                people.viewer_id
            from people
        )
),

weeks as (
    select
        creator_id,
        {{ week_of('report_date') }} as report_week,
        max(reporting_timezone) as reporting_timezone
    from {{ ref('int_lives') }}
    group by creator_id, {{ week_of('report_date') }}
),

zones as (
    select distinct
        creator_id,
        reporting_timezone
    from weeks
),

steps as (
    select
        team_events.creator_id,
        team_events.viewer_id,
        team_events.event_type,
        team_events.event_ts,
        team_events.event_id,
        zones.reporting_timezone,
        {{ week_of(local_date('team_events.event_ts', 'zones.reporting_timezone')) }} as step_week
    from team_events
    inner join zones on team_events.creator_id = zones.creator_id
),

followed as (
    select
        *,
        coalesce(
            lead(step_week) over (
                partition by creator_id, viewer_id, reporting_timezone
                order by event_ts, event_id
            ),
            date '9999-12-31'
        ) as next_week
    from steps
),

-- What the person did last, up to the end of a week, counts for it.
members as (
    select * from followed
    where event_type = 'team_join' and step_week < next_week
)

select
    people.creator_id,
    people.report_week,
    count(*) as active_team_members
from people
inner join members
    on
        people.creator_id = members.creator_id
        and people.viewer_id = members.viewer_id
        and people.report_week >= members.step_week
        and people.report_week < members.next_week
inner join weeks
    on
        people.creator_id = weeks.creator_id
        and people.report_week = weeks.report_week
        and members.reporting_timezone = weeks.reporting_timezone
group by people.creator_id, people.report_week
