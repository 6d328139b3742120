{#
    The bounds of a 95 % interval of a proportion of cases, by the score method of E. B. Wilson,
    Probable inference, the law of succession, and statistical inference (1927). Written so that
    none comes out and all comes out give exactly 0 and 1, and NULL where the proportion is NULL.
    z is the normal quantile for 95 %, which the columns promise: no parameter.
#}
{% macro interval_low(cases, of) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set cases = 'cast(' ~ cases ~ ' as double)' -%}
    {%- set of = 'cast(' ~ of ~ ' as double)' -%}
    {#- greatest() keeps the root defined where a wrong numerator exceeds: gate 2 will say so -#}
    {%- set spread = 'sqrt(' ~ ratio('greatest(' ~ cases ~ ' * (' ~ of ~ ' - ' ~ cases ~ '), 0)', of)
        ~ ' + ' ~ (z * z * 0.25) ~ ')' -%}
    {{ ratio(
        cases ~ ' * ' ~ ratio(cases, of), cases ~ ' + ' ~ (z * z * 0.5) ~ ' + ' ~ z ~ ' * ' ~ spread
    ) }}
{%- endmacro %}

{% macro interval_high(cases, of) -%}
    1 - {{ interval_low('(' ~ of ~ ') - (' ~ cases ~ ')', of) }}
{%- endmacro %}

{# Whether a row rests on so few cases that its ratios say little. #}
{% macro is_small_sample(cases) -%}
    {{ cases }} < {{ parameter('min_ratio_cases') }}
{%- endmacro %}
