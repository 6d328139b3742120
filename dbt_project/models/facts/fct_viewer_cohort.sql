-- Viewers by the day of their first view, in their market's time zone, and who came back when.
-- Grain: one row per viewer_market at the first view (NULL is the unknown one) and first_view_date.
{{ config(meta={'key': ['viewer_market', 'first_view_date']}) }}

with views as (
    select * from {{ ref('fct_view') }}
    where viewer_id is not null
),

markets as (
    select * from {{ ref('stg_reference__markets') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

zones as (
    select
        market,
        reporting_timezone
    from markets
    qualify row_number() over (partition by market order by valid_from desc) = 1
),

first_views as (
    select
        viewer_id,
        viewer_market,
        entered_ts
    from views
    qualify
        row_number() over (
            partition by viewer_id order by entered_ts, live_id, view_event_id
        ) = 1
),

-- The market of the first view decides the zone in which all days of the viewer are counted.
people as (
    select
        first_views.viewer_id,
        first_views.viewer_market,
        coalesce(zones.reporting_timezone, 'UTC') as reporting_timezone,
        {{ local_date('first_views.entered_ts', "coalesce(zones.reporting_timezone, 'UTC')") }}
            as first_view_date
    from first_views
    left join zones on first_views.viewer_market = zones.market
),

person_days as (
    select distinct
        people.viewer_id,
        people.viewer_market,
        people.reporting_timezone,
        people.first_view_date,
        {{ local_date('views.entered_ts', 'people.reporting_timezone') }} as view_date
    from people
    inner join views on people.viewer_id = views.viewer_id
),

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
counted as (
    select
        viewer_market,
        reporting_timezone,
        first_view_date,
        count(*) filter (where view_date = first_view_date) as cohort_viewers,
        {%- for day in [1, 7, 30] %}
        count(*) filter (
            where view_date = first_view_date + interval '{{ day }}' day
        ) as viewers_retained_d{{ day }},
        count(
            distinct case
                when view_date >= first_view_date + interval '{{ day }}' day then viewer_id
            end
        ) as viewers_retained_d{{ day }}_plus{{ ',' if not loop.last }}
        {%- endfor %}
    from person_days
    group by viewer_market, reporting_timezone, first_view_date
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
