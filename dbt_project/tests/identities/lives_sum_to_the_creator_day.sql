{{ config(meta={'dagster': {'ref': {'name': 'fct_creator_day'}}}) }}
-- METRICS 15.5 for creators: additive measures of the LIVEs add up to the day, where all are known.
with parts as (
    select
        creator_id,
        report_date,
        {{ summed_measures('CD') }}
    from {{ ref('fct_live_session') }}
    where creator_id is not null
    group by creator_id, report_date
)

select
    parts.creator_id,
    parts.report_date
from parts
inner join {{ ref('fct_creator_day') }} as whole
    on parts.creator_id = whole.creator_id and parts.report_date = whole.report_date
where {{ differing_measures('CD', 'parts', 'whole') }}
