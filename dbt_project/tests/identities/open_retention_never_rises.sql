{{ config(meta={'dagster': {'ref': {'name': 'viewer_retention'}}}) }}
-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
-- METRICS 15.8: who came on day 30 or later also came on day 7 or later, and so on down; who came
-- on day N also came on day N or later. Both were counted up to the same latest event, and a later
-- day is over only when the earlier one is.
with curves as (
    select
        'viewers' as cohort_of,
        first_view_date as cohort_date,
        cohort_viewers as d0_plus,
        {%- for day in [1, 7, 30] %}
        viewers_retained_d{{ day }} as d{{ day }},
        viewers_retained_d{{ day }}_plus as d{{ day }}_plus{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('viewer_retention') }}
    union all
    select
        'creators' as cohort_of,
        first_live_date as cohort_date,
        cohort_creators as d0_plus,
        {%- for day in [1, 7, 30] %}
        creators_retained_d{{ day }} as d{{ day }},
        creators_retained_d{{ day }}_plus as d{{ day }}_plus{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('creator_retention') }}
)

select *
from curves
where
    {%- for earlier, day in [(0, 1), (1, 7), (7, 30)] %}
    d{{ day }}_plus > d{{ earlier }}_plus
    or d{{ day }} > d{{ day }}_plus
    or (d{{ day }} is null) <> (d{{ day }}_plus is null)
    or (d{{ day }}_plus is not null and d{{ earlier }}_plus is null)
    {{ 'or' if not loop.last }}
    {%- endfor %}
