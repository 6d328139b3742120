-- Ordinary minutes of a LIVE by their position in it, beside what its own usual rate lets expect.
-- Grain: one row per live_id, metric and position.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with counts as (
    select
        *,
        floor({{ ratio('minute_index', parameter('effect_position_minutes')) }}) as position
    from {{ ref('int_slice_counts') }}
    where
        is_ordinary
        and minute_index >= {{ parameter('effect_settle_minutes') }}
        and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_diagnosed_lives') }}
),

positions as (
    select
        live_id,
        position,
        {{ diagnosed_sums() }}
    from counts
    group by live_id, position
),

rates as (
    {%- for rate in diagnosed_rates() %}
    {{ 'union all' if not loop.first }}
    select
        positions.live_id,
        lives.report_week,
        '{{ rate['metric'] }}' as metric,
        positions.position,
        {{ counted_units(rate, 'positions.' ~ rate['counted']) }} as counted,
        positions.{{ rate['exposure'] }} as exposure
    from positions
    inner join lives on positions.live_id = lives.live_id
    where {{ carries(rate, 'lives') }}
    {%- endfor %}
),

totals as (
    select
        live_id,
        metric,
        {{ sum_of_trillionths('counted') }} as counted,
        {{ sum_of_trillionths('exposure') }} as exposure
    from rates
    group by live_id, metric
)

select
    rates.live_id,
    rates.report_week,
    rates.metric,
    rates.position,
    rates.counted,
    rates.exposure,
    {{ ratio('totals.counted * rates.exposure', 'totals.exposure') }} as expected
from rates
inner join totals on rates.live_id = totals.live_id and rates.metric = totals.metric
-- a LIVE that is beyond all sums is no measure for others
where totals.counted is not null and totals.exposure is not null
