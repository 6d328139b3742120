{# Sums over parts against the whole, for the measures of a grain that add up. #}
{% macro additive_measures(grain) -%}
    {%- set found = [] -%}
    {%- set of_live = measures('S') | map(attribute='name') | list -%}
    {%- for measure in measures(grain)
        if measure['how'] in ('count', 'sum', 'strict_sum') and measure['name'] in of_live -%}
        {%- do found.append(measure['name']) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro summed_measures(grain) -%}
    {%- for name in additive_measures(grain) %}
    sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro differing_measures(grain, parts, whole) -%}
    {%- for name in additive_measures(grain) %}
    {{ 'or' if not loop.first }} {{ parts }}.{{ name }} <> {{ whole }}.{{ name }}
    {%- endfor %}
{%- endmacro %}
