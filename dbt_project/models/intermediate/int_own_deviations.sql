-- How a LIVE deviates from the creator's last qualifying LIVEs before it.
-- Grain: one row per qualifying LIVE and reviewed metric, of which an earlier one has a value.

with review_values as (
    select
        *,
        qualifying_no - 5 as first_no
    from {{ ref('int_review_values') }}
    where is_qualifying
),

earlier as (
    select
        review_values.live_id,
        review_values.metric,
        last.metric_value
    from review_values
    inner join review_values as last
        on
            review_values.creator_id = last.creator_id
            and review_values.metric = last.metric
            and review_values.qualifying_no > last.qualifying_no
            and review_values.first_no <= last.qualifying_no
    where last.metric_value is not null
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
