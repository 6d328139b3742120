-- Viewers by the day of their first view, in their market's time zone, and who came back when.
-- Grain: one row per viewer_market at the first view (NULL is the unknown one) and first_view_date.
{{ config(meta={'key': ['viewer_market', 'first_view_date']}) }}

with views as (
    select * from {{ ref('int_view_dates') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- Named here again, since DuckDB writes down the whole of what is named once and read twice.
starts as (
    select
        viewer_id,
        min(entered_ts) as entered_ts
    from {{ ref('int_view_dates') }}
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

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
came_back as (
    select
        viewer_id,
        max(day_no) as last_day_no,
        {%- for day in [1, 7, 30] %}
        count(*) filter (where day_no = {{ day }}) as views_d{{ day }}{{ ',' if not loop.last }}
        {%- endfor %}
    from person_days
    group by viewer_id
),

counted as (
    select
        people.viewer_market,
        people.reporting_timezone,
        people.first_view_date,
        count(*) as cohort_viewers,
        {%- for day in [1, 7, 30] %}
        count(*) filter (where came_back.views_d{{ day }} > 0) as viewers_retained_d{{ day }},
        count(*) filter (
            where came_back.last_day_no >= {{ day }}
        ) as viewers_retained_d{{ day }}_plus{{ ',' if not loop.last }}
        {%- endfor %}
    from people
    inner join came_back on people.viewer_id = came_back.viewer_id
    group by people.viewer_market, people.reporting_timezone, people.first_view_date
),

dated as (
    select
        counted.*,
        {{ local_date('as_of.as_of_ts', 'counted.reporting_timezone') }} as as_of_date
    from counted
    cross join as_of
)

select
    -- keys
    viewer_market,
    first_view_date,

    -- attributes
    reporting_timezone,

    -- measures
    cohort_viewers,
    {%- for day in [1, 7, 30] %}
    case
        when as_of_date > first_view_date + interval '{{ day }}' day
            then viewers_retained_d{{ day }}
    end as viewers_retained_d{{ day }},
    case
        when as_of_date > first_view_date + interval '{{ day }}' day
            then viewers_retained_d{{ day }}_plus
    end as viewers_retained_d{{ day }}_plus{{ ',' if not loop.last }}
    {%- endfor %}
from dated
