{# One ratio by its name, for a table that carries a few of them. #}
{% macro ratio_named(name) -%}
    {%- for metric in ratios() if metric['name'] == name -%}
        {{ ratio(metric['numerator'], metric['denominator'], metric.get('scale', 1)) }} as {{ name }}
    {%- endfor -%}
{%- endmacro %}
