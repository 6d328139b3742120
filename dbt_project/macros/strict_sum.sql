{# A sum that is NULL where one of its parts is unknown: a sum of the rest would be too low. #}
{% macro strict_sum(column) -%}
    case when count(*) = count({{ column }}) then sum({{ column }}) end
{%- endmacro %}
