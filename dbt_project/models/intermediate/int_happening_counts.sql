-- What each happening counted while it ran, and the ordinary minutes of its LIVE before and after.
-- Grain: one row per live_id, kind, subject_id, start_ts, metric, phase and position.
{{ config(materialized='rebuilt', rebuilt_by=['live_id'], is_sorted=false) }}

with happenings as (
    select * from {{ ref('int_happenings') }}
    where kind <> 'pause' and {{ is_rebuilt() }}
),

counts as (
    select
        *,
        floor({{ ratio('minute_index', parameter('effect_position_minutes')) }}) as position,
        is_ordinary and minute_index >= {{ parameter('effect_settle_minutes') }} as is_reference
    from {{ ref('int_slice_counts') }}
    where {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_diagnosed_lives') }}
),

phased as (
    select
        lives.report_week,
        happenings.kind,
        happenings.subject_id,
        happenings.start_ts,
        happenings.end_ts,
        case
            when counts.slice_start_ts < happenings.start_ts then 'before'
            when counts.slice_start_ts < happenings.end_ts then 'during'
            else 'after'
        end as phase,
        counts.*
    from happenings
    inner join lives on happenings.live_id = lives.live_id
    inner join counts on happenings.live_id = counts.live_id
),

-- A night reads a few weeks: DuckDB skips the others where they stand together. Ordered here and
-- not at the end, where there are twelve times the rows.
sums as (
    select
        live_id,
        report_week,
        kind,
        subject_id,
        start_ts,
        phase,
        position,
        {{ diagnosed_sums() }}
    from phased
    where phase = 'during' or is_reference
    group by live_id, report_week, kind, subject_id, start_ts, phase, position
    order by report_week
),

counted as (
    {%- for rate in diagnosed_rates() %}
    {{ 'union all' if not loop.first }}
    select
        sums.live_id,
        sums.report_week,
        sums.kind,
        sums.subject_id,
        sums.start_ts,
        '{{ rate['metric'] }}' as metric,
        sums.phase,
        sums.position,
        sums.{{ rate['counted'] }} as amount,
        {{ counted_units(rate, 'sums.' ~ rate['counted']) }} as counted,
        sums.{{ rate['exposure'] }} as exposure
    from sums
    inner join lives on sums.live_id = lives.live_id
    where {{ carries(rate, 'lives') }}
    {%- endfor %}
)

select * from counted
