-- What the acts in and around a LIVE count: every measure that acts give.
-- Grain: one row per live_id with acts.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with acts as (
    select * from {{ ref('int_acts') }}
    where {{ is_rebuilt() }}
)

select
    live_id,
    {{ aggregated_measures('S') }}
from acts
group by live_id
