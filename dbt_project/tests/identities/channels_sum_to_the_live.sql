{{ config(meta={'dagster': {'ref': {'name': 'fct_live_channel'}}}) }}
-- METRICS 15.5 for channels: additive measures add up, people are between the largest and the sum.
with parts as (
    select
        live_id,
        {{ summed_measures('C') }},
        max(viewers) as most_viewers,
        sum(viewers) as all_viewers
    from {{ ref('fct_live_channel') }}
    group by live_id
)

select parts.live_id
from parts
inner join {{ ref('fct_live_session') }} as whole on parts.live_id = whole.live_id
where
    {{ differing_measures('C', 'parts', 'whole') }}
    or whole.viewers not between parts.most_viewers and parts.all_viewers
