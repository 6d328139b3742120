-- The rates of a LIVE minute by minute after the warm-up, as counts and what they are counted per.
-- Grain: one row per live_id, metric and minute_index.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with counts as (
    select * from {{ ref('int_slice_counts') }}
    where minute_index >= {{ parameter('warmup_minutes') }} and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_diagnosed_lives') }}
),

minutes as (
    select
        live_id,
        minute_index,
        minute_ts,
        {{ diagnosed_sums() }},
        {{ diagnosed_sums('ordinary_') }}
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
where {{ carries(rate, 'lives') }}
{% endfor %}
