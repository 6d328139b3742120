-- How long the views of a LIVE last: quantiles, where there are enough views for them.
-- Grain: one row per live_id and channel with views; the channel `all` is the whole LIVE.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with views as (
    select
        *,
        cast(watch_us as double) / 1000000 as watch_sec
    from {{ ref('int_views') }}
    where watch_us is not null and {{ is_rebuilt() }}
),

parameters as (
    select * from {{ ref('parameters') }}
    where parameter = 'min_quantile_views'
),

parts as (
    select
        live_id,
        channel,
        watch_sec
    from views
    where channel is not null
    union all
    select
        live_id,
        'all' as channel,
        watch_sec
    from views
),

quantiles as (
    select
        live_id,
        channel,
        count(*) as views,
        percentile_cont(0.5) within group (order by watch_sec) as median_watch_sec,
        percentile_cont(0.9) within group (order by watch_sec) as p90_watch_sec
    from parts
    group by live_id, channel
)

select
    quantiles.live_id,
    quantiles.channel,
    quantiles.median_watch_sec,
    quantiles.p90_watch_sec
from quantiles
inner join parameters on quantiles.views >= parameters.parameter_value
