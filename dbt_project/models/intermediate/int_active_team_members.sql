-- Members of a creator's Heart Me team who took part in the creator's LIVEs of the week.
-- Grain: one row per creator_id and report_week with such members.

with team_events as (
    select * from {{ ref('int_events') }}
    where event_type in ('team_join', 'team_leave')
),

acts as (
    select * from {{ ref('int_acts') }}
    where
        phase = 'in_live'
        and event_type in (
            'room_enter', 'comment', 'like', 'share', 'follow', 'gift', 'product_click', 'order'
        )
),

lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
),

team_people as (
    select distinct
        creator_id,
        viewer_id
    from team_events
),

active_people as (
    select
        lives.creator_id,
        lives.report_week,
        acts.viewer_id,
        max(lives.reporting_timezone) as reporting_timezone
    from acts
    inner join lives on acts.live_id = lives.live_id
    inner join team_people
        on lives.creator_id = team_people.creator_id and acts.viewer_id = team_people.viewer_id
    group by lives.creator_id, lives.report_week, acts.viewer_id
),

memberships as (
    select
        active_people.creator_id,
        active_people.report_week,
        active_people.viewer_id,
        team_events.event_type,
        team_events.event_ts,
        team_events.event_id,
        {{ local_date('team_events.event_ts', 'active_people.reporting_timezone') }} as team_date
    from active_people
    inner join team_events
        on
            active_people.creator_id = team_events.creator_id
            and active_people.viewer_id = team_events.viewer_id
),

-- What the person did last, up to the end of the week.
last_steps as (
    select *
    from memberships
    where {{ week_of('team_date') }} <= report_week
    qualify
        row_number() over (
            partition by creator_id, report_week, viewer_id order by event_ts desc, event_id desc
        ) = 1
)

select
    creator_id,
    report_week,
    count(*) as active_team_members
from last_steps
where event_type = 'team_join'
group by creator_id, report_week
