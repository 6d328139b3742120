-- Creators by the day of their first LIVE, in their market's time zone, and who went live again.
-- Grain: one row per market at the first LIVE (NULL is the unknown one) and first_live_date.
{{ config(meta={'key': ['market', 'first_live_date']}) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

people as (
    select
        creator_id,
        market,
        reporting_timezone,
        report_date as first_live_date
    from lives
    where creator_live_no = 1
),

live_days as (
    select distinct
        people.creator_id,
        people.market,
        people.reporting_timezone,
        people.first_live_date,
        lives.report_date
    from people
    inner join lives on people.creator_id = lives.creator_id
),

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
counted as (
    select
        market,
        reporting_timezone,
        first_live_date,
        count(*) filter (where report_date = first_live_date) as cohort_creators,
        {%- for day in [1, 7, 30] %}
        count(*) filter (
            where report_date = first_live_date + interval '{{ day }}' day
        ) as creators_retained_d{{ day }},
        count(
            distinct case
                when report_date >= first_live_date + interval '{{ day }}' day then creator_id
            end
        ) as creators_retained_d{{ day }}_plus{{ ',' if not loop.last }}
        {%- endfor %}
    from live_days
    group by market, reporting_timezone, first_live_date
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
    market,
    first_live_date,

    -- attributes
    reporting_timezone,

    -- measures
    cohort_creators,
    {%- for day in [1, 7, 30] %}
    case
        when as_of_date > first_live_date + interval '{{ day }}' day
            then creators_retained_d{{ day }}
    end as creators_retained_d{{ day }},
    case
        when as_of_date > first_live_date + interval '{{ day }}' day
            then creators_retained_d{{ day }}_plus
    end as creators_retained_d{{ day }}_plus{{ ',' if not loop.last }}
    {%- endfor %}
from dated
