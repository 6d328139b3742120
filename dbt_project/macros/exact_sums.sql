{# The exact sum of doubles that are whole numbers of millionths, as seconds and money are. #}
{% macro sum_of_millionths(column) -%}
    cast(sum(cast({{ column }} as decimal(38, 6))) as double)
{%- endmacro %}

{#
    The sum of doubles of any kind, each rounded to trillionths first: the same in every order of the
    rows, as no sum of doubles is. `frame` makes it a window's.
#}
{% macro sum_of_trillionths(column, frame='') -%}
    cast(sum(cast({{ column }} as decimal(38, 12))){{ ' over ' ~ frame if frame }} as double)
{%- endmacro %}
