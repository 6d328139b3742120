{# Distance from the median in robust standard deviations, negative where it is bad. 1.4826 makes the
   MAD of normal values their standard deviation (Rousseeuw & Croux 1993; Leys et al. 2013). A MAD
   of 0 is no yardstick: NULL. #}
{% macro robust_deviation(value, median, mad, direction) -%}
    {{ ratio(direction ~ ' * (' ~ value ~ ' - ' ~ median ~ ')', '1.4826 * ' ~ mad) }}
{%- endmacro %}

{# Of n values in order, those at middle_place(0) and middle_place(1) of the others average to the
   median of the others, where the value at `place` is left out. #}
{% macro middle_place(shift, place, n) -%}
    {%- set middle = 'floor((' ~ n ~ ' + ' ~ shift ~ ') * 0.5)' -%}
    cast({{ middle }} + case when {{ place }} <= {{ middle }} then 1 else 0 end as bigint)
{%- endmacro %}
