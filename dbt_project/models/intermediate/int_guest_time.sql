-- How long at least one guest was on stage, pauses excluded.
-- Grain: one row per live_id with a guest.

with guests as (
    select * from {{ ref('int_intervals') }}
    where kind = 'guest'
),

pauses as (
    select * from {{ ref('int_pauses') }}
),

in_order as (
    select
        live_id,
        subject_id,
        start_ts,
        end_ts,
        max(end_ts) over (
            partition by live_id
            order by start_ts, end_ts, subject_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until_ts
    from guests
),

-- Of each guest's span, what no earlier one covers: these parts do not overlap.
uncovered as (
    select
        live_id,
        subject_id,
        greatest(start_ts, coalesce(covered_until_ts, start_ts)) as start_ts,
        end_ts
    from in_order
    where end_ts > coalesce(covered_until_ts, start_ts)
),

paused as (
    select
        uncovered.live_id,
        sum(
            {{ microseconds_between(
                'greatest(uncovered.start_ts, pauses.pause_start_ts)',
                'least(uncovered.end_ts, pauses.pause_end_ts)'
            ) }}
        ) as paused_us
    from uncovered
    inner join pauses
        on
            uncovered.live_id = pauses.live_id
            and uncovered.start_ts < pauses.pause_end_ts
            and uncovered.end_ts > pauses.pause_start_ts
    group by uncovered.live_id
),

staged as (
    select
        live_id,
        sum({{ microseconds_between('start_ts', 'end_ts') }}) as staged_us
    from uncovered
    group by live_id
)

select
    staged.live_id,
    {{ whole('staged.staged_us - coalesce(paused.paused_us, 0)') }} as guest_us
from staged
left join paused on staged.live_id = paused.live_id
