-- Supporters: viewers of a LIVE who gifted, or engaged several times.
-- Grain: one row per live_id with supporters.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with acts as (
    select * from {{ ref('int_acts') }}
    where
        phase = 'in_live'
        and has_view
        and event_type in ('comment', 'like', 'share', 'follow', 'gift', 'product_click', 'order')
        and {{ is_rebuilt() }}
),

parameters as (
    select * from {{ ref('parameters') }}
    where parameter = 'supporter_acts'
),

people as (
    select
        live_id,
        viewer_id,
        count(*) as engaged_acts,
        count(*) filter (where event_type = 'gift') as gifts
    from acts
    group by live_id, viewer_id
)

select
    people.live_id,
    count(*) as supporters
from people
cross join parameters
where people.gifts > 0 or people.engaged_acts >= parameters.parameter_value
group by people.live_id
