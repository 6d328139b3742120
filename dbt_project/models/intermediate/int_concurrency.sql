-- Peak concurrent viewers: a view that ends at an instant frees its seat before one that starts.
-- Grain: one row per live_id with views or viewer-count samples.

with views as (
    select * from {{ ref('fct_view') }}
    where ended_ts > entered_ts
),

samples as (
    select * from {{ ref('int_events') }}
    where event_type = 'viewer_count'
),

lives as (
    select * from {{ ref('int_lives') }}
),

steps as (
    select
        live_id,
        entered_ts as step_ts,
        1 as step,
    from views
    union all
    select
        live_id,
        ended_ts as step_ts,
        -1 as step,
    from views
),

seats as (
    select
        live_id,
        sum(step) over (
            partition by live_id order by step_ts, step
            rows between unbounded preceding and current row
        ) as taken,
    from steps
),

counted as (
    select
        live_id,
        max(taken) as pcu,
    from seats
    group by live_id
),

sampled as (
    select
        live_id,
        max(viewers) as pcu,
    from samples
    group by live_id
)

select
    lives.live_id,
    case
        when lives.has_leaves then coalesce({{ whole('counted.pcu') }}, 0)
        else sampled.pcu
    end as pcu,
    not lives.has_leaves as pcu_is_sampled,
from lives
left join counted on lives.live_id = counted.live_id
left join sampled on lives.live_id = sampled.live_id
