-- What a pin, sale, giveaway, battle, guest, ad or violation did to each rate, with intervals.
-- Grain: one row per LIVE, kind, subject, start and metric.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['report_week'],
    rebuilt_in='intermediate.int_rebuilt_weeks',
    meta={'key': ['live_id', 'kind', 'subject_id', 'start_ts', 'metric']}
) }}

with effects as (
    select
        *,
        case when kind in ('violation', 'violation_hour') then subject_id end as violation_id
    from {{ ref('int_event_effects') }}
    where report_week in (select weeks.report_week from {{ ref('int_rebuilt_weeks') }} as weeks)
),

happenings as (
    select * from {{ ref('int_happenings') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

violations as (
    select * from {{ ref('fct_violation') }}
    qualify
        row_number() over (
            partition by live_id, violation_id order by violation_ts, violation_event_id
        ) = 1
),

-- Rates for readers: by the hour where they are by the second.
units as (
    {%- for rate in diagnosed_rates() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ rate['metric'] }}' as metric,
        '{{ rate_per(rate) }}' as rate_per,
        {{ 3600 if rate['exposure'].endswith('_sec') else 1 }} as scale
    {%- endfor %}
)

select
    -- keys
    effects.live_id,
    effects.kind,
    effects.subject_id,
    effects.start_ts,
    effects.metric,
    lives.creator_id,

    -- attributes
    units.rate_per,
    violations.violation_type,

    -- measures
    effects.amount_during,
    effects.expected_amount,
    {{ whole('round(effects.counted_during)') }} as counted_during,
    {{ whole('round(effects.counted_reference)') }} as counted_reference,
    {{ ratio('units.scale * effects.amount_before', 'effects.exposure_before') }} as rate_before,
    {{ ratio('units.scale * effects.amount_during', 'effects.exposure_during') }} as rate_during,
    {{ ratio('units.scale * effects.amount_after', 'effects.exposure_after') }} as rate_after,
    {{ ratio('units.scale * effects.expected_amount', 'effects.exposure_during') }}
        as expected_rate,
    effects.effect_ratio,
    effects.ci_low,
    effects.ci_high,
    {{ ratio(
        'units.scale * (effects.amount_during - effects.expected_amount)',
        'effects.exposure_during'
    ) }} as effect_difference,
    case
        when effects.kind = 'violation_hour' and effects.metric = 'impressions'
            then effects.expected_amount - effects.amount_during
    end as violation_reach_cost,
    case
        when effects.kind = 'flash_sale' and effects.metric = 'units_sold'
            then effects.amount_during - effects.expected_amount
    end as flash_sale_incremental_units,

    -- flags
    violations.is_new_type as is_new_violation_type,

    -- times
    happenings.end_ts,
    lives.report_date,
    effects.report_week
from effects
inner join units on effects.metric = units.metric
inner join lives on effects.live_id = lives.live_id
inner join happenings
    on
        effects.live_id = happenings.live_id
        and effects.kind = happenings.kind
        and effects.subject_id = happenings.subject_id
        and effects.start_ts = happenings.start_ts
left join violations
    on
        effects.live_id = violations.live_id
        and effects.violation_id = violations.violation_id
