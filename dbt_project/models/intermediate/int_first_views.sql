-- The first view of a viewer, and whether they came back on a certain day after it.
-- Grain: one row per viewer_id with a view.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['viewer_id'],
    rebuilt_in='changes.int_view_dates'
) }}

with views as (
    select * from {{ ref('int_view_dates') }}
    where {{ is_listed(['viewer_id'], listed_in('int_view_dates')) }}
),

-- Named here again, since DuckDB writes down the whole of what is named once and read twice.
starts as (
    select
        viewer_id,
        min(entered_ts) as entered_ts
    from {{ ref('int_view_dates') }}
    where {{ is_listed(['viewer_id'], listed_in('int_view_dates')) }}
    group by viewer_id
),

-- The market of the first view decides the zone in which all days of the viewer are counted.
people as (
    select
        views.viewer_id,
        views.viewer_market,
        views.reporting_timezone,
        views.view_date as first_view_date
    from {{ ref('int_view_dates') }} as views
    inner join starts
        on views.viewer_id = starts.viewer_id and views.entered_ts = starts.entered_ts
    qualify
        row_number() over (
            partition by views.viewer_id order by views.live_id, views.view_event_id
        ) = 1
),

-- Few views are in another zone than the first one, and time zones are dear.
placed as (
    select
        people.viewer_id,
        people.first_view_date,
        case
            when views.reporting_timezone = people.reporting_timezone then views.view_date
            else {{ local_date('views.entered_ts', 'people.reporting_timezone') }}
        end as view_date
    from people
    inner join views on people.viewer_id = views.viewer_id
),

person_days as (
    select
        viewer_id,
        {{ days_between('first_view_date', 'view_date') }} as day_no
    from placed
),

came_back as (
    select
        viewer_id,
        max(day_no) as last_day_no,
        count(*) filter (where day_no = 1) > 0 as is_back_d1,
        count(*) filter (where day_no = 7) > 0 as is_back_d7,
        count(*) filter (where day_no = 30) > 0 as is_back_d30
    from person_days
    group by viewer_id
)

select
    people.viewer_id,
    people.viewer_market,
    people.reporting_timezone,
    people.first_view_date,
    came_back.last_day_no,
    came_back.is_back_d1,
    came_back.is_back_d7,
    came_back.is_back_d30
from people
inner join came_back on people.viewer_id = came_back.viewer_id
