-- Ordinary minutes of a LIVE by their position in it, beside what its own usual rate lets expect.
-- Grain: one row per live_id, metric and position.

with counts as (
    select
        *,
        floor({{ ratio('minute_index', parameter('effect_position_minutes')) }}) as position
    from {{ ref('int_slice_counts') }}
    where is_ordinary and minute_index >= {{ parameter('effect_settle_minutes') }}
),

weights as (
    select * from {{ ref('int_act_weights') }}
),

lives as (
    select
        lives.*,
        coalesce(weights.has_gmv, true) as has_gmv
    from {{ ref('int_lives') }} as lives
    left join weights on lives.live_id = weights.live_id
),

positions as (
    select
        live_id,
        position,
        {%- for name in diagnosed_columns() %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from counts
    group by live_id, position
),

rates as (
    {%- for rate in diagnosed_rates() %}
    {{ 'union all' if not loop.first }}
    select
        positions.live_id,
        {{ week_of('lives.report_date') }} as report_week,
        '{{ rate['metric'] }}' as metric,
        positions.position,
        {{ counted_units(rate, 'positions.' ~ rate['counted']) }} as counted,
        positions.{{ rate['exposure'] }} as exposure
    from positions
    inner join lives on positions.live_id = lives.live_id
    left join weights on positions.live_id = weights.live_id
    where {{ carries(rate, 'lives') }}
    {%- endfor %}
)

select
    live_id,
    report_week,
    metric,
    position,
    counted,
    exposure,
    {{ ratio('sum(counted) over live * exposure', 'sum(exposure) over live') }} as expected
from rates
window live as (partition by live_id, metric)
