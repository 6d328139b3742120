-- Watch time estimated from samples of the viewer count, where leaves are unknown.
-- Grain: one row per live_id with two samples close enough to tell what was between them.

with lives as (
    select * from {{ ref('int_lives') }}
    where not has_leaves
),

events as (
    select * from {{ ref('int_events') }}
    where event_type = 'viewer_count' and viewers is not null
),

pauses as (
    select * from {{ ref('int_pauses') }}
),

parameters as (
    select * from {{ ref('parameters') }}
    where parameter = 'max_sample_gap_sec'
),

-- Two libraries may tell the same instant differently: the higher one counts, as in pcu.
samples as (
    select
        lives.live_id,
        events.event_ts as sample_ts,
        max(events.viewers) as viewers
    from lives
    inner join events
        on
            lives.live_id = events.live_id
            and lives.live_start_ts <= events.event_ts
            and lives.live_end_ts >= events.event_ts
    group by lives.live_id, events.event_ts
),

pairs as (
    select
        live_id,
        sample_ts,
        viewers,
        lead(sample_ts) over next_sample as next_ts,
        lead(viewers) over next_sample as next_viewers
    from samples
    window next_sample as (partition by live_id order by sample_ts)
),

-- Over a longer gap the count may have been anything.
spans as (
    select
        pairs.live_id,
        pairs.sample_ts,
        pairs.next_ts,
        pairs.viewers + pairs.next_viewers as both_viewers,
        {{ microseconds_between('pairs.sample_ts', 'pairs.next_ts') }} as span_us
    from pairs
    cross join parameters
    where
        pairs.next_ts is not null
        and {{ microseconds_between('pairs.sample_ts', 'pairs.next_ts') }}
        <= parameters.parameter_value * 1000000
),

paused as (
    select
        spans.live_id,
        spans.sample_ts,
        sum(
            {{ microseconds_between(
                'greatest(spans.sample_ts, pauses.pause_start_ts)',
                'least(spans.next_ts, pauses.pause_end_ts)'
            ) }}
        ) as paused_us
    from spans
    inner join pauses
        on
            spans.live_id = pauses.live_id
            and spans.sample_ts < pauses.pause_end_ts
            and spans.next_ts > pauses.pause_start_ts
    group by spans.live_id, spans.sample_ts
),

on_air as (
    select
        spans.live_id,
        spans.both_viewers,
        spans.span_us - coalesce(paused.paused_us, 0) as on_air_us
    from spans
    left join paused on spans.live_id = paused.live_id and spans.sample_ts = paused.sample_ts
)

-- The trapezoid rule, halved once at the end: sums of integers are exact.
select
    live_id,
    {{ ratio('sum(both_viewers * on_air_us)', '2000000') }} as total_watch_sec_est,
    {{ ratio('sum(on_air_us)', '1000000') }} as sampled_sec
from on_air
group by live_id
