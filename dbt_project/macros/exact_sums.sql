{# The exact sum of doubles that are whole numbers of millionths, as seconds and money are. #}
{% macro sum_of_millionths(column) -%}
    cast(sum(cast({{ column }} as decimal(38, 6))) as double)
{%- endmacro %}

{#
    The sum of doubles of any kind, each rounded to trillionths: the same in every order of the rows, as
    no plain sum of doubles is. Unknown where one of them is a hundred trillion or more, which no
    count of a LIVE is: it would not fit.
#}
{% macro sum_of_trillionths(column) -%}
    case
        when count(*) filter (where abs({{ column }}) >= 1e14) = 0
            then cast(
                sum(cast(case when abs({{ column }}) < 1e14 then {{ column }} end as decimal(38, 12)))
                as double
            )
    end
{%- endmacro %}
