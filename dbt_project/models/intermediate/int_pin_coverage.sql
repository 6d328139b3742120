-- How long any product was pinned while the LIVE was on air, and the longest stretch without.
-- Grain: one row per live_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where {{ is_rebuilt() }}
),

pins as (
    select * from {{ ref('int_intervals') }}
    where kind = 'pin' and {{ is_rebuilt() }}
),

pauses as (
    select * from {{ ref('int_pauses') }}
    where {{ is_rebuilt() }}
),

steps as (
    select
        live_id,
        start_ts as step_ts,
        1 as pinned,
        0 as paused
    from pins
    union all
    select
        live_id,
        end_ts as step_ts,
        -1 as pinned,
        0 as paused
    from pins
    union all
    select
        live_id,
        pause_start_ts as step_ts,
        0 as pinned,
        1 as paused
    from pauses
    union all
    select
        live_id,
        pause_end_ts as step_ts,
        0 as pinned,
        -1 as paused
    from pauses
    union all
    select
        live_id,
        live_start_ts as step_ts,
        0 as pinned,
        0 as paused
    from lives
    union all
    select
        live_id,
        live_end_ts as step_ts,
        0 as pinned,
        0 as paused
    from lives
),

instants as (
    select
        live_id,
        step_ts,
        sum(pinned) as pinned,
        sum(paused) as paused
    from steps
    group by live_id, step_ts
),

spans as (
    select
        live_id,
        step_ts,
        lead(step_ts) over live as next_step_ts,
        sum(pinned) over so_far > 0 as is_pinned,
        sum(paused) over so_far = 0 as is_on_air
    from instants
    window
        live as (partition by live_id order by step_ts),
        so_far as (
            partition by live_id order by step_ts
            rows between unbounded preceding and current row
        )
),

-- On-air time between two pinned spans is one stretch: a pause in it neither counts nor ends it.
stretches as (
    select
        live_id,
        is_pinned,
        {{ microseconds_between('step_ts', 'next_step_ts') }} as span_us,
        sum(case when is_pinned then 1 else 0 end) over (
            partition by live_id order by step_ts
            rows between unbounded preceding and current row
        ) as stretch
    from spans
    where is_on_air and next_step_ts is not null
),

summed as (
    select
        live_id,
        stretch,
        coalesce(sum(span_us) filter (where is_pinned), 0) as pinned_us,
        coalesce(sum(span_us) filter (where not is_pinned), 0) as bare_us
    from stretches
    group by live_id, stretch
),

covered as (
    select
        live_id,
        sum(pinned_us) as pinned_us,
        max(bare_us) as longest_bare_us
    from summed
    group by live_id
),

started as (
    select
        live_id,
        count(*) as pin_starts
    from pins
    group by live_id
)

select
    lives.live_id,
    coalesce(started.pin_starts, 0) as pin_starts,
    cast(coalesce(covered.pinned_us, 0) as double) / 1000000 as pinned_union_sec,
    cast(coalesce(covered.longest_bare_us, 0) as double) / 1000000 as longest_no_pin_sec
from lives
left join covered on lives.live_id = covered.live_id
left join started on lives.live_id = started.live_id
