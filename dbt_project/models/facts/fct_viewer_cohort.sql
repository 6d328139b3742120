-- Viewers by the day of their first view, in their market's time zone, and who came back when.
-- Grain: one row per viewer_market at the first view (NULL is the unknown one) and first_view_date.
{{ config(meta={'key': ['viewer_market', 'first_view_date']}) }}

with people as (
    select * from {{ ref('int_first_views') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
counted as (
    select
        viewer_market,
        reporting_timezone,
        first_view_date,
        count(*) as cohort_viewers,
        {%- for day in [1, 7, 30] %}
        count(*) filter (where is_back_d{{ day }}) as viewers_retained_d{{ day }},
        count(*) filter (
            where last_day_no >= {{ day }}
        ) as viewers_retained_d{{ day }}_plus{{ ',' if not loop.last }}
        {%- endfor %}
    from people
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
