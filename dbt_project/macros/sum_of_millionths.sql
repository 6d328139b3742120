{# The exact sum of doubles that are whole numbers of millionths, as seconds and money are. #}
{% macro sum_of_millionths(column) -%}
    cast(sum(cast({{ column }} as decimal(38, 6))) as double)
{%- endmacro %}
