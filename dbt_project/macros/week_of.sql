{# The Monday of a date's week. #}
{% macro week_of(report_date) -%}
    cast(date_trunc('week', {{ report_date }}) as date)
{%- endmacro %}
