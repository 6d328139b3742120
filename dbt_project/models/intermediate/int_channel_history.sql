-- What the channels brought in the creator's last five qualifying LIVEs before a LIVE.
-- Grain: one row per LIVE with such LIVEs and channel that brought views in one of them.

with own_lives as (
    select * from {{ ref('int_own_lives') }}
),

entries as (
    select
        live_id,
        channel,
        count(*) as views
    from {{ ref('int_acts') }}
    where event_type = 'room_enter' and phase = 'in_live' and channel is not null
    group by live_id, channel
)

select
    -- keys
    own_lives.live_id,
    entries.channel,

    -- measures
    {{ whole('sum(entries.views)') }} as own_channel_views
from own_lives
inner join entries on own_lives.own_live_id = entries.live_id
group by own_lives.live_id, entries.channel
