{{ config(meta={'dagster': {'ref': {'name': 'fct_live_funnel'}}}) }}
-- METRICS 15.5 for channel and audience: additive measures add up.
with parts as (
    select
        live_id,
        {{ summed_measures('A') }}
    from {{ ref('fct_live_funnel') }}
    group by live_id
)

select parts.live_id
from parts
inner join {{ ref('fct_live_session') }} as whole on parts.live_id = whole.live_id
where {{ differing_measures('A', 'parts', 'whole') }}
