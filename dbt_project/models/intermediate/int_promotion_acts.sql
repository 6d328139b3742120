-- What happened while a promotion ran.
-- Grain: one row per live_id, kind, subject_id and start_ts of a promotion with acts.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with promotions as (
    select * from {{ ref('int_promotions') }}
    where {{ is_rebuilt() }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where
        event_type in ('comment', 'follow', 'product_click', 'order')
        and {{ is_rebuilt() }}
),

inside as (
    select
        acts.*,
        promotions.kind,
        promotions.subject_id,
        promotions.start_ts
    from promotions
    inner join acts
        on
            promotions.live_id = acts.live_id
            and promotions.start_ts <= acts.event_ts
            and promotions.end_ts >= acts.event_ts
)

select
    live_id,
    kind,
    subject_id,
    start_ts,
    {{ aggregated_measures('I') }}
from inside
group by live_id, kind, subject_id, start_ts
