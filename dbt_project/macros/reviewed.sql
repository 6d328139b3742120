{# The ratios of a LIVE that the review ranks: the core figures of the three buckets, none of which
   grows with the length of the LIVE. Each with its bucket. #}
{% macro reviewed_ratios() -%}
    {%- set found = [] -%}
    {%- for bucket, metrics in metric_buckets().items() -%}
        {%- for metric in metrics['ratios'] if metric.get('reviewed') -%}
            {%- do found.append(dict(metric, bucket=bucket)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# A table of the reviewed metrics: name, bucket and which way is good, 1 or -1. #}
{% macro reviewed_table() -%}
    {%- for metric in reviewed_ratios() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ metric['name'] }}' as metric,
        '{{ metric['bucket'] }}' as bucket,
        '{{ metric['better'] }}' as better,
        {{ 1 if metric['better'] == 'higher' else -1 }} as direction
    {%- endfor %}
{%- endmacro %}

{# The value of the metric that the row names, from the measures of the same row. #}
{% macro reviewed_value() -%}
    case metric
        {%- for metric in reviewed_ratios() %}
        when '{{ metric['name'] }}'
            then {{ ratio(metric['numerator'], metric['denominator'], metric.get('scale', 1)) }}
        {%- endfor %}
    end
{%- endmacro %}
