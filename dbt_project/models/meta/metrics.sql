-- The metric definitions, as the columns of every table were made from them.
-- Grain: one row per metric.
{{ config(meta={'key': ['metric']}) }}

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
    and metric.get('is_additive', metric['how'] in ('count', 'sum', 'strict_sum', 'seconds')) %}
{{ 'union all' if not (outer.first and loop.first) }}
select
    '{{ metric['name'] }}' as metric,
    '{{ 'ratio' if is_ratio else 'measure' }}' as kind,
    '{{ bucket }}' as bucket,
    '{{ (metric['numerator'] if is_ratio else formula) | replace("'", "''") }}' as numerator,
    '{{ metric.get('denominator', '') }}' as denominator,
    cast({{ metric.get('scale', 1) }} as double) as scale,
    '{{ formula | replace("'", "''") }}' as formula,
    '{{ metric['unit'] }}' as unit,
    cast({{ lower if lower is not none else 'null' }} as double) as lower_bound,
    cast({{ upper }} as double) as upper_bound,
    '{{ metric.get('above_one', 'none') }}' as above_one,
    '{{ null_rule }}' as null_rule,
    '{{ metric.get('feed', '') | replace('has_', '', 1) }}' as feed,
    {{ 'true' if additive else 'false' }} as is_additive,
    {{ 'true' if metric.get('interval') else 'false' }} as has_interval,
    '{{ metric['grains'] }}' as grains,
    '{{ metric['better'] }}' as better,
    '{{ metric['about'] | replace("'", "''") }}' as description,
    '{{ metric['from'] }}' as requirement,
    'computed' as status,
    '{{ local_md5(formula ~ metric['unit'] ~ null_rule ~ upper) }}' as version
{%- endfor %}
{%- endfor %}
{% for metric in waiting_metrics() %}
union all
select
    '{{ metric['name'] }}' as metric,
    'waiting' as kind,
    '' as bucket,
    '' as numerator,
    '' as denominator,
    cast(1 as double) as scale,
    '' as formula,
    '{{ metric['unit'] }}' as unit,
    cast(null as double) as lower_bound,
    cast(null as double) as upper_bound,
    'none' as above_one,
    'NX' as null_rule,
    '' as feed,
    false as is_additive,
    false as has_interval,
    '' as grains,
    '' as better,
    '{{ metric['about'] | replace("'", "''") }}' as description,
    '{{ metric['from'] }}' as requirement,
    '{{ metric['status'] | replace("'", "''") }}' as status,
    '{{ local_md5(metric['name'] ~ metric['status']) }}' as version
{%- endfor %}
