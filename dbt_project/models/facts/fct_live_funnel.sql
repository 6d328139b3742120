-- The funnel of a LIVE by channel and audience (follower at entry or not): counts and people.
-- Grain: one row per LIVE, channel and audience that has acts; acts of no view have no audience.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    meta={'key': ['live_id', 'channel', 'audience']}
) }}

with lives as (
    select * from {{ ref('int_lives') }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where channel is not null and {{ is_rebuilt() }}
),

counted as (
    select
        live_id,
        channel,
        audience,
        {{ aggregated_measures('A') }}
    from acts
    where phase = 'in_live'
    group by live_id, channel, audience
)

select
    -- keys
    counted.live_id,
    counted.channel,
    counted.audience,
    lives.creator_id,

    -- measures
    {{ measure_columns('A', 'counted', 'live_id', 'lives') }},

    -- people at each step
    case when lives.has_views then counted.viewers end as people_viewed,
    case when lives.has_views then counted.engaged_viewers end as people_engaged,
    case when lives.has_product_cards then counted.clickers end as people_clicked,
    case when lives.has_orders then counted.buyers end as people_bought,

    -- times
    lives.report_date
from counted
inner join lives on counted.live_id = lives.live_id
