-- The metric definitions, as the columns of every table were made from them.
-- Grain: one row per metric.
{{ config(meta={'key': ['metric']}) }}

-- One list of values: Spark takes half a minute for as many selects.
select *
from (
values
{% for bucket, metrics in metric_buckets().items() %}
{%- set outer = loop %}
{%- for metric in metrics['measures'] + metrics['ratios'] %}
{%- set is_ratio = 'numerator' in metric %}
{%- set formula = ratio(metric['numerator'], metric['denominator'], metric.get('scale', 1)) if is_ratio
    else metric.get('sql') or measure_sql(metric) %}
{%- set null_rule = metric.get('null', 'ND' if is_ratio else 'N0') %}
{%- set lower = metric.get('lower', 0) %}
{%- set upper = metric.get('upper', '1' if metric.get('above_one') == 'no' else 'null') %}
{%- set additive = not is_ratio
    and is_additive(metric) %}
{{ ',' if not (outer.first and loop.first) }}
(
    '{{ metric['name'] }}',
    '{{ 'ratio' if is_ratio else 'measure' }}',
    '{{ bucket }}',
    '{{ (metric['numerator'] if is_ratio else formula) | replace("'", "''") }}',
    '{{ metric.get('denominator', '') }}',
    cast({{ metric.get('scale', 1) }} as double),
    '{{ formula | replace("'", "''") }}',
    '{{ metric['unit'] }}',
    cast({{ lower if lower is not none else 'null' }} as double),
    cast({{ upper }} as double),
    '{{ metric.get('above_one', 'none') }}',
    '{{ null_rule }}',
    '{{ metric.get('feed', '') | replace('has_', '', 1) }}',
    {{ 'true' if additive else 'false' }},
    {{ 'true' if metric.get('interval') else 'false' }},
    '{{ metric['grains'] }}',
    '{{ metric['better'] }}',
    {{ 'true' if metric.get('reviewed') else 'false' }},
    '{{ metric['about'] | replace("'", "''") }}',
    '{{ metric['from'] }}',
    'computed',
    '{{ local_md5(formula ~ metric['unit'] ~ null_rule ~ upper) }}'
)
{%- endfor %}
{%- endfor %}
{% for metric in waiting_metrics() %}
,
(
    '{{ metric['name'] }}',
    'waiting',
    '',
    '',
    '',
    cast(1 as double),
    '',
    '{{ metric['unit'] }}',
    cast(null as double),
    cast(null as double),
    'none',
    'NX',
    '',
    false,
    false,
    '',
    '',
    false,
    '{{ metric['about'] | replace("'", "''") }}',
    '{{ metric['from'] }}',
    '{{ metric['status'] | replace("'", "''") }}',
    '{{ local_md5(metric['name'] ~ metric['status']) }}'
)
{%- endfor %}
) as defined (
    metric,
    kind,
    bucket,
    numerator,
    denominator,
    scale,
    formula,
    unit,
    lower_bound,
    upper_bound,
    above_one,
    null_rule,
    feed,
    is_additive,
    has_interval,
    grains,
    better,
    is_reviewed,
    description,
    requirement,
    status,
    version
)
