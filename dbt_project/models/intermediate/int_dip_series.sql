-- The rates of a LIVE minute by minute after the warm-up, as counts and what they are counted per.
-- Grain: one row per live_id, metric and minute_index.

with counts as (
    select * from {{ ref('int_slice_counts') }}
    where minute_index >= {{ parameter('warmup_minutes') }}
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

minutes as (
    select
        live_id,
        minute_index,
        minute_ts,
        {%- for name in diagnosed_columns() %}
        sum({{ name }}) as {{ name }},
        sum(case when is_ordinary then {{ name }} else 0 end) as ordinary_{{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from counts
    group by live_id, minute_index, minute_ts
)

{% for rate in diagnosed_rates() if rate.get('dips') %}
{{ 'union all' if not loop.first }}
select
    minutes.live_id,
    '{{ rate['metric'] }}' as metric,
    minutes.minute_index,
    minutes.minute_ts,
    {{ counted_units(rate, 'minutes.' ~ rate['counted']) }} as counted,
    {{ counted_units(rate, 'minutes.ordinary_' ~ rate['counted']) }} as ordinary_counted,
    minutes.{{ rate['exposure'] }} as exposure,
    minutes.ordinary_{{ rate['exposure'] }} as ordinary_exposure
from minutes
inner join lives on minutes.live_id = lives.live_id
left join weights on minutes.live_id = weights.live_id
where {{ carries(rate, 'lives') }}
{% endfor %}
