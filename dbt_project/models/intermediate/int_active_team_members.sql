-- Members of a creator's Heart Me team who took part in the creator's LIVEs of the week.
-- Grain: one row per creator_id and report_week with such members.

with team_events as (
    select * from {{ ref('int_sparse_events') }}
    where event_type in ('team_join', 'team_leave')
),

people as (
    select * from {{ ref('int_active_people') }}
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

dated as (
    select
        team_events.creator_id,
        team_events.viewer_id,
        team_events.event_type,
        team_events.event_ts,
        team_events.event_id,
        zones.reporting_timezone,
        {{ local_date('team_events.event_ts', 'zones.reporting_timezone') }} as team_date
    from team_events
    inner join zones on team_events.creator_id = zones.creator_id
),

-- What the person did last, up to the end of the week.
last_steps as (
    select
        people.creator_id,
        people.report_week,
        dated.event_type
    from people
    inner join weeks
        on people.creator_id = weeks.creator_id and people.report_week = weeks.report_week
    inner join dated
        on
            people.creator_id = dated.creator_id
            and people.viewer_id = dated.viewer_id
            and weeks.reporting_timezone = dated.reporting_timezone
    where {{ week_of('dated.team_date') }} <= people.report_week
    qualify
        row_number() over (
            partition by people.creator_id, people.report_week, people.viewer_id
            order by dated.event_ts desc, dated.event_id desc
        ) = 1
)

select
    creator_id,
    report_week,
    count(*) as active_team_members
from last_steps
where event_type = 'team_join'
group by creator_id, report_week
