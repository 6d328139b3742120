-- What the channels brought in the creator's last five qualifying LIVEs before a LIVE.
-- Grain: one row per LIVE with such LIVEs and channel that brought views in one of them.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories'
) }}

with own_lives as (
    select * from {{ ref('int_own_lives') }}
    where {{ is_rebuilt(listed='int_rebuilt_histories') }}
),

counted as (
    select * from {{ ref('int_channel_acts') }}
    where views > 0
)

select
    -- keys
    own_lives.live_id,
    counted.channel,

    -- measures
    {{ whole('sum(counted.views)') }} as own_channel_views
from own_lives
inner join counted on own_lives.own_live_id = counted.live_id
group by own_lives.live_id, counted.channel
