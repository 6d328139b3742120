-- The market of a creator as the events of a LIVE tell it: those without a viewer carry it.
-- Grain: one row per live_id and creator_id with such an event.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='staging.stg_nights__touched_lives'
) }}

with events as (
    select * from {{ ref('int_events') }}
    where live_id in (select touched.live_id from {{ ref('stg_nights__touched_lives') }} as touched)
)

select
    live_id,
    creator_id,
    min(market) as market
from events
where viewer_id is null and market is not null
group by live_id, creator_id
