{# Microseconds as whole minutes, rounded up; below zero is none. #}
{% macro whole_minutes(microseconds) -%}
    cast(ceil({{ ratio('greatest(' ~ microseconds ~ ', 0)', '60000000') }}) as bigint)
{%- endmacro %}
