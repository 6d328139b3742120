-- What people did in and around a LIVE, each act with the view that it belongs to.
-- Grain: one row per act: an impression, an entry, an order line, or any other act of a viewer.
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], is_sorted=false) }}

with events as (
    select * from {{ ref('int_events') }}
    where {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

views as (
    select * from {{ ref('int_views') }}
    where {{ is_rebuilt() }}
),

visits as (
    select * from {{ ref('int_visits') }}
    where {{ is_rebuilt() }}
),

placed_acts as (
    select * from {{ ref('int_placed_acts') }}
),

entry_acts as (
    select
        events.live_id,
        events.event_type,
        events.viewer_id,
        events.market as viewer_market,
        events.event_ts,
        events.channel,
        events.is_follower,
        coalesce(events.is_paid, false) as is_paid,
        views.watch_us
    from events
    left join views on events.event_id = views.view_event_id
    where events.event_type in ('impression', 'room_enter')
),

-- Only acts that another table knows by their id keep it: ids take more room than all the rest.
acts as (
    select
        live_id,
        event_type,
        case when event_type in ('follow', 'gift', 'order') then event_id end as event_id,
        viewer_id,
        viewer_market,
        event_ts,
        channel,
        is_follower,
        is_paid,
        watch_us,
        product_id,
        order_id,
        origin,
        coin_source,
        is_question,
        comment_event_id,
        tap_count,
        likes_room_total,
        quantity,
        coins,
        diamonds,
        gmv,
        paid_ts
    from placed_acts
    union all
    select
        live_id,
        event_type,
        cast(null as string) as event_id,
        viewer_id,
        viewer_market,
        event_ts,
        channel,
        is_follower,
        is_paid,
        watch_us,
        cast(null as string) as product_id,
        cast(null as string) as order_id,
        cast(null as string) as origin,
        cast(null as string) as coin_source,
        cast(null as boolean) as is_question,
        cast(null as string) as comment_event_id,
        cast(null as bigint) as tap_count,
        cast(null as bigint) as likes_room_total,
        cast(null as bigint) as quantity,
        cast(null as bigint) as coins,
        cast(null as bigint) as diamonds,
        cast(null as decimal(18, 2)) as gmv,
        cast(null as timestamp) as paid_ts
    from entry_acts
)

select
    acts.*,
    lives.creator_id,
    lives.has_impressions,
    lives.has_leaves,
    {{ audience('acts.is_follower') }} as audience,
    visits.viewer_id is not null as has_view,
    coalesce(visits.is_first_live, false) as is_first_live,
    coalesce(visits.is_returning_30d, false) as is_returning_30d,
    coalesce(visits.was_in_previous_live, false) as was_in_previous_live,
    coalesce(visits.is_in_next_live, false) as is_in_next_live,
    {{ microseconds_between('acts.event_ts', 'lives.live_end_ts') }} as until_end_us,
    case
        when acts.event_ts < lives.live_start_ts then 'pre_live'
        when acts.event_ts <= lives.live_end_ts then 'in_live'
        else 'post_live'
    end as phase
from acts
inner join lives on acts.live_id = lives.live_id
left join visits
    on acts.live_id = visits.live_id and acts.viewer_id = visits.viewer_id
