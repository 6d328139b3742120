-- Who entered a giveaway while it ran, and was there.
-- Grain: one row per live_id, subject_id and start_ts of a giveaway that somebody entered.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with giveaways as (
    select * from {{ ref('int_intervals') }}
    where kind = 'giveaway' and {{ is_rebuilt() }}
),

events as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'giveaway_entry' and {{ is_rebuilt() }}
),

views as (
    select
        *,
        coalesce(ended_ts, timestamp '9999-12-31 00:00:00') as present_until_ts
    from {{ ref('int_views') }}
    where {{ is_rebuilt() }}
),

entries as (
    select
        giveaways.live_id,
        giveaways.subject_id,
        giveaways.start_ts,
        giveaways.end_ts,
        events.event_id,
        events.viewer_id
    from giveaways
    inner join events
        on
            giveaways.live_id = events.live_id
            and giveaways.subject_id = events.promo_id
            and giveaways.start_ts <= events.event_ts
            and giveaways.end_ts >= events.event_ts
)

select
    entries.live_id,
    entries.subject_id,
    entries.start_ts,
    count(distinct entries.event_id) as giveaway_entries,
    count(distinct views.viewer_id) as giveaway_entrants
from entries
left join views
    on
        entries.live_id = views.live_id
        and entries.viewer_id = views.viewer_id
        and entries.end_ts >= views.entered_ts
        and entries.start_ts <= views.present_until_ts
group by entries.live_id, entries.subject_id, entries.start_ts
