-- How a LIVE deviates from the creator's last qualifying LIVEs before it.
-- Grain: one row per LIVE and reviewed metric, of which one of those five has a value.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories'
) }}

with review_values as (
    select * from {{ ref('int_review_values') }}
),

own_lives as (
    select * from {{ ref('int_own_lives') }}
    where {{ is_rebuilt(listed='int_rebuilt_histories') }}
),

earlier as (
    select
        own_lives.live_id,
        review_values.metric,
        review_values.metric_value
    from own_lives
    inner join review_values on own_lives.own_live_id = review_values.live_id
    where review_values.metric_value is not null
),

medians as (
    select
        live_id,
        metric,
        count(*) as own_lives,
        percentile_cont(0.5) within group (order by metric_value) as own_median
    from earlier
    group by live_id, metric
)

select
    -- keys
    medians.live_id,
    medians.metric,

    -- measures
    medians.own_lives,
    medians.own_median,
    percentile_cont(0.5) within group (
        order by abs(earlier.metric_value - medians.own_median)
    ) as own_mad
from medians
inner join earlier on medians.live_id = earlier.live_id and medians.metric = earlier.metric
group by medians.live_id, medians.metric, medians.own_lives, medians.own_median
