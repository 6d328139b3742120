-- Why GMV changed, channel by channel: what happened within the channels, and the mix of them.
-- Grain: one row per period (live or week), creator_id, period_id and channel at either end.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['creator_id', 'period_id'],
    rebuilt_in='intermediate.int_rebuilt_periods',
    meta={'key': ['period', 'creator_id', 'period_id', 'channel']}
) }}

with changes as (
    select * from {{ ref('int_gmv_channel_changes') }}
    where {{ is_rebuilt_by(['creator_id', 'period_id'], 'int_rebuilt_periods') }}
)

select
    -- keys
    period,
    creator_id,
    period_id,
    channel,

    -- attributes
    market,
    period_start,
    period_id_before,
    split_method,

    -- measures
    gmv,
    gmv_before,
    cast(gmv - gmv_before as decimal(18, 2)) as gmv_change,
    {{ measure_names('GH') }},

    -- steps at both ends
    {{ gmv_step_columns(is_channel=true) }}
from changes
