-- What ran for a while in a LIVE: pins, promotions, battles, guests, pauses, from start to end.
-- Grain: one row per LIVE, kind, subject and start.
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], lists=['kind', 'subject_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
),

pauses as (
    select * from {{ ref('int_pauses') }}
    where {{ is_rebuilt() }}
),

events as (
    select
        *,
        case
            when event_type in ('product_pin', 'product_unpin') then 'pin'
            when event_type in ('promo_start', 'promo_end') then 'promo'
            when event_type in ('battle_start', 'battle_end') then 'battle'
            else 'guest'
        end as family,
        coalesce(promo_id, battle_id, guest_id, product_id) as subject_id,
        event_type in ('product_pin', 'promo_start', 'battle_start', 'guest_join') as is_opening
    from {{ ref('int_events') }}
    where
        event_type in (
            'product_pin', 'product_unpin', 'promo_start', 'promo_end', 'battle_start',
            'battle_end', 'guest_join', 'guest_leave'
        )
        and {{ is_rebuilt() }}
),

-- An opening ends at the first closing of its subject after it; a closing at its own instant ends
-- what ran before: a product that is unpinned and pinned again at once goes on.
switches as (
    select
        events.*,
        lives.live_end_ts,
        lives.report_date,
        lives.creator_id as host_id,
        min(case when not events.is_opening then events.event_ts end) over (
            partition by events.live_id, events.family, events.subject_id
            order by events.event_ts
            range between interval '1' microsecond following and unbounded following
        ) as closing_ts
    from events
    inner join lives on events.live_id = lives.live_id
    where
        events.subject_id is not null
        and (not events.is_opening or events.event_ts >= lives.live_start_ts)
        and (not events.is_opening or events.event_ts <= lives.live_end_ts)
),

-- A second opening before the closing changes nothing.
openings as (
    select *
    from switches
    where is_opening
    qualify
        row_number() over (
            partition by live_id, family, subject_id, coalesce(closing_ts, live_end_ts)
            order by event_ts, event_id
        ) = 1
)

select
    -- keys
    live_id,
    case when family = 'promo' then coalesce(kind, 'other') else family end as kind,
    subject_id,
    event_ts as start_ts,
    host_id as creator_id,

    -- attributes
    product_id,
    promo_task,
    side,
    price_minor,
    list_price_minor,
    currency,
    spend_minor,

    -- flags
    closing_ts is null or closing_ts > live_end_ts as is_end_inferred,

    -- times
    least(coalesce(closing_ts, live_end_ts), live_end_ts) as end_ts,
    report_date
from openings
union all
select
    pauses.live_id,
    'pause' as kind,
    pauses.live_id as subject_id,
    pauses.pause_start_ts as start_ts,
    lives.creator_id,
    cast(null as string) as product_id,
    cast(null as string) as promo_task,
    cast(null as string) as side,
    cast(null as bigint) as price_minor,
    cast(null as bigint) as list_price_minor,
    cast(null as string) as currency,
    cast(null as bigint) as spend_minor,
    pauses.pause_end_ts = lives.live_end_ts as is_end_inferred,
    pauses.pause_end_ts as end_ts,
    lives.report_date
from pauses
inner join lives on pauses.live_id = lives.live_id
