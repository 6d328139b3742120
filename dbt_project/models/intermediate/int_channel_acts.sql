-- What the acts in a LIVE count by the channel that people came through.
-- Grain: one row per live_id and channel with acts.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with acts as (
    select * from {{ ref('int_acts') }}
    where channel is not null and phase = 'in_live' and {{ is_rebuilt() }}
)

select
    live_id,
    channel,
    {{ aggregated_measures('C') }}
from acts
group by live_id, channel
