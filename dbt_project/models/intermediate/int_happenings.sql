-- What may move the rates of a LIVE, and the span in which it is expected to.
-- Grain: one row per live_id, kind, subject_id and start_ts.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with intervals as (
    select * from {{ ref('int_intervals') }}
    where {{ is_rebuilt() }}
),

events as (
    select * from {{ ref('int_events') }}
    where event_type = 'violation' and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

-- Stretches of a LIVE with pins in which nothing is pinned, the first and the last included.
pin_edges as (
    select
        live_id,
        start_ts,
        end_ts
    from intervals
    where kind = 'pin'
    union all
    select
        lives.live_id,
        lives.live_start_ts as start_ts,
        lives.live_start_ts as end_ts
    from lives
    inner join intervals on lives.live_id = intervals.live_id and intervals.kind = 'pin'
    union all
    select
        lives.live_id,
        lives.live_end_ts as start_ts,
        lives.live_end_ts as end_ts
    from lives
    inner join intervals on lives.live_id = intervals.live_id and intervals.kind = 'pin'
),

gaps as (
    select
        live_id,
        max(end_ts) over earlier as start_ts,
        start_ts as end_ts
    from pin_edges
    window earlier as (
        partition by live_id order by start_ts, end_ts
        rows between unbounded preceding and 1 preceding
    )
),

-- The change of a pin shows in its first minutes; the rest of a pin is the LIVE as usual.
pins as (
    select
        live_id,
        'pin' as kind,
        subject_id,
        product_id,
        start_ts,
        least(end_ts, {{ minutes_after('start_ts', parameter('pin_effect_minutes')) }}) as end_ts
    from intervals
    where kind = 'pin'
),

violations as (
    select
        live_id,
        violation_id as subject_id,
        event_ts as start_ts,
        {{ minutes_after('event_ts', parameter('violation_effect_minutes')) }} as effect_end_ts,
        {{ minutes_after('event_ts', parameter('violation_cost_minutes')) }} as cost_end_ts
    from events
    qualify
        row_number() over (partition by live_id, violation_id order by event_ts, event_id) = 1
),

happenings as (
    select * from pins
    union all
    select
        live_id,
        'no_pin' as kind,
        live_id as subject_id,
        cast(null as string) as product_id,
        start_ts,
        end_ts
    from gaps
    where
        {{ microseconds_between('start_ts', 'end_ts') }}
        >= {{ parameter('no_pin_minutes') }} * 60000000
    union all
    select
        live_id,
        kind,
        subject_id,
        product_id,
        start_ts,
        end_ts
    from intervals
    where kind in ('flash_sale', 'giveaway', 'ad', 'battle', 'guest', 'pause')
    union all
    select
        live_id,
        'violation' as kind,
        subject_id,
        cast(null as string) as product_id,
        start_ts,
        effect_end_ts as end_ts
    from violations
    union all
    select
        live_id,
        'violation_hour' as kind,
        subject_id,
        cast(null as string) as product_id,
        start_ts,
        cost_end_ts as end_ts
    from violations
)

select
    happenings.live_id,
    happenings.kind,
    happenings.subject_id,
    happenings.product_id,
    greatest(happenings.start_ts, lives.live_start_ts) as start_ts,
    least(happenings.end_ts, lives.live_end_ts) as end_ts
from happenings
inner join lives on happenings.live_id = lives.live_id
where
    happenings.start_ts < lives.live_end_ts
    and happenings.end_ts > lives.live_start_ts
    and happenings.start_ts < happenings.end_ts
