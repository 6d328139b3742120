-- What each happening did to each rate, against the LIVE's ordinary minutes and other LIVEs.
-- Grain: one row per live_id, kind, subject_id, start_ts and metric.
{{ config(materialized='rebuilt', rebuilt_by=['report_week']) }}

with counts as (
    select * from {{ ref('int_happening_counts') }}
    where report_week in (select weeks.report_week from {{ ref('int_rebuilt_lives') }} as weeks)
),

ordinary as (
    select * from {{ ref('int_ordinary_rates') }}
    where report_week in (select weeks.report_week from {{ ref('int_rebuilt_lives') }} as weeks)
),

weeks as (
    select
        report_week,
        metric,
        position,
        {{ sum_of_trillionths('counted') }} as counted,
        {{ sum_of_trillionths('expected') }} as expected
    from ordinary
    group by report_week, metric, position
),

-- How the other LIVEs of the week fare at a position, as a multiple of their own usual rates:
-- indirect standardisation (Breslow and Day, Statistical Methods in Cancer Research II, 1987).
controls as (
    select
        counts.*,
        weeks.counted - coalesce(ordinary.counted, 0) as control_count,
        {{ ratio(
            'weeks.counted - coalesce(ordinary.counted, 0)',
            'weeks.expected - coalesce(ordinary.expected, 0)'
        ) }} as control_level
    from counts
    left join weeks
        on
            counts.report_week = weeks.report_week
            and counts.metric = weeks.metric
            and counts.position = weeks.position
    left join ordinary
        on
            counts.live_id = ordinary.live_id
            and counts.metric = ordinary.metric
            and counts.position = ordinary.position
),

-- A position without enough controls is no reference; an event that touches one has no effect.
judged as (
    select
        *,
        {{ ratio('power(exposure * control_level, 2)', 'control_count') }} as expected_square,
        phase = 'during'
        and exposure > 0
        and coalesce(control_count, 0) < {{ parameter('effect_control_count') }} as has_gap,
        phase <> 'during'
        and control_count >= {{ parameter('effect_control_count') }}
        and case when kind in ('violation', 'violation_hour') then phase = 'before' else true end
            as is_reference
    from controls
),

summed as (
    select
        live_id,
        report_week,
        kind,
        subject_id,
        start_ts,
        metric,
        {{ sum_of_millionths("case when phase = 'before' then amount end") }} as amount_before,
        {{ sum_of_millionths("case when phase = 'before' then exposure end") }} as exposure_before,
        {{ sum_of_millionths("case when phase = 'during' then amount end") }} as amount_during,
        {{ sum_of_millionths("case when phase = 'during' then exposure end") }} as exposure_during,
        {{ sum_of_millionths("case when phase = 'after' then amount end") }} as amount_after,
        {{ sum_of_millionths("case when phase = 'after' then exposure end") }} as exposure_after,
        {{ sum_of_trillionths("case when phase = 'during' then counted end") }} as counted_during,
        {{ sum_of_trillionths("case when phase = 'during' then exposure * control_level end") }}
            as expected_during,
        {{ sum_of_trillionths("case when phase = 'during' then expected_square end") }}
            as expected_during_square,
        min(case when has_gap then 0 else 1 end) as is_controlled,
        {{ sum_of_millionths('case when is_reference then amount end') }} as amount_reference,
        {{ sum_of_millionths('case when is_reference then exposure end') }} as exposure_reference,
        {{ sum_of_trillionths('case when is_reference then counted end') }} as counted_reference,
        {{ sum_of_trillionths('case when is_reference then exposure * control_level end') }}
            as expected_reference,
        {{ sum_of_trillionths('case when is_reference then expected_square end') }}
            as expected_reference_square
    from judged
    group by live_id, report_week, kind, subject_id, start_ts, metric
),

-- Difference in differences of log rates: event against reference, controls against controls. The
-- log of a ratio of Poisson counts has the variance 1/a + 1/b, half a count more in each (Rothman,
-- Greenland and Lash, Modern Epidemiology, chapter 14; Haldane 1956).
effects as (
    select
        *,
        {{ ratio(
            '(counted_during + 0.5) * expected_reference',
            '(counted_reference + 0.5) * expected_during'
        ) }} as effect_ratio,
        {{ ratio('amount_reference * expected_during', 'expected_reference') }}
            as expected_amount,
        sqrt(
            {{ ratio('1', 'counted_during + 0.5') }}
            + {{ ratio('1', 'counted_reference + 0.5') }}
            + {{ ratio('expected_during_square', 'expected_during * expected_during') }}
            + {{ ratio('expected_reference_square', 'expected_reference * expected_reference') }}
        ) as log_error
    from summed
    where
        is_controlled = 1
        and expected_during > 0
        and expected_reference > 0
        and counted_during + counted_reference >= {{ parameter('effect_min_count') }}
)

select
    summed.live_id,
    summed.report_week,
    summed.kind,
    summed.subject_id,
    summed.start_ts,
    summed.metric,
    summed.amount_before,
    summed.exposure_before,
    summed.amount_during,
    summed.exposure_during,
    summed.amount_after,
    summed.exposure_after,
    summed.counted_during,
    summed.counted_reference,
    effects.expected_amount,
    effects.effect_ratio,
    effects.effect_ratio * exp(-{{ parameter('effect_z') }} * effects.log_error) as ci_low,
    effects.effect_ratio * exp({{ parameter('effect_z') }} * effects.log_error) as ci_high
from summed
left join effects
    on
        summed.live_id = effects.live_id
        and summed.kind = effects.kind
        and summed.subject_id = effects.subject_id
        and summed.start_ts = effects.start_ts
        and summed.metric = effects.metric
