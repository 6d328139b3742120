-- How soon viewers take part: from the first entry to the first engaged act at or after it.
-- Grain: one row per live_id and channel of the first entry; the channel `all` is the whole LIVE.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with first_views as (
    select * from {{ ref('int_views') }}
    where viewer_view_no = 1 and {{ is_rebuilt() }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where
        phase = 'in_live'
        and event_type in ('comment', 'like', 'share', 'follow', 'gift', 'product_click', 'order')
        and {{ is_rebuilt() }}
),

parameters as (
    select * from {{ ref('parameters') }}
    where parameter = 'min_quantile_views'
),

people as (
    select
        first_views.live_id,
        first_views.viewer_id,
        first_views.channel,
        min(
            {{ microseconds_between('first_views.entered_ts', 'acts.event_ts') }}
        ) as first_engagement_us
    from first_views
    inner join acts
        on
            first_views.live_id = acts.live_id
            and first_views.viewer_id = acts.viewer_id
            and first_views.entered_ts <= acts.event_ts
    group by first_views.live_id, first_views.viewer_id, first_views.channel
),

parts as (
    select
        live_id,
        channel,
        first_engagement_us
    from people
    where channel is not null
    union all
    select
        live_id,
        'all' as channel,
        first_engagement_us
    from people
),

medians as (
    select
        live_id,
        channel,
        count(*) as engaged_people,
        percentile_cont(0.5) within group (order by cast(first_engagement_us as double))
        / 1000000 as time_to_first_engagement_sec
    from parts
    group by live_id, channel
)

select
    medians.live_id,
    medians.channel,
    medians.time_to_first_engagement_sec
from medians
inner join parameters on medians.engaged_people >= parameters.parameter_value
