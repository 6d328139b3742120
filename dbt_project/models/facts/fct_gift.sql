-- Gifts, each streak once, with the view that they were sent in.
-- Grain: one row per settled gift (gift_event_id).
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], meta={'key': ['gift_event_id']}) }}

with acts as (
    select * from {{ ref('int_acts') }}
    where event_type = 'gift' and {{ is_rebuilt() }}
),

events as (
    select * from {{ ref('int_events') }}
    where event_type = 'gift' and {{ is_rebuilt() }}
)

select
    -- keys
    acts.event_id as gift_event_id,
    acts.live_id,
    acts.creator_id,
    acts.viewer_id,
    events.gift_id,

    -- attributes
    acts.channel,
    acts.audience,
    acts.phase,
    acts.coin_source,

    -- measures
    acts.quantity,
    acts.coins,
    acts.diamonds,

    -- times
    acts.event_ts as gift_ts
from acts
inner join events on acts.event_id = events.event_id and acts.live_id = events.live_id
