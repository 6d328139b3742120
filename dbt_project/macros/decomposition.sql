{#
    Which factor of a product moved it: exact splits of the difference between two ends.

    A factor x stands in the columns x and x_before, the product in `whole` and `whole_before`.
    Both splits sum to the difference without a rest.
#}

{# Logarithmic mean Divisia index, form I (Ang 2004 and 2005): every factor positive at both ends. #}
{% macro log_mean(whole, whole_before) -%}
    case
        when {{ whole }} = {{ whole_before }} then cast({{ whole }} as double)
        else {{ ratio(
            'cast(' ~ whole ~ ' as double) - cast(' ~ whole_before ~ ' as double)',
            'ln(nullif(' ~ ratio(whole, whole_before) ~ ', 0))'
        ) }}
    end
{%- endmacro %}

{% macro lmdi_term(factor, mean) -%}
    {{ mean }} * ln(nullif({{ ratio(factor, factor ~ '_before') }}, 0))
{%- endmacro %}

{# Shapley (1953): the factor's step, averaged over all orders in which the factors may change. #}
{% macro shapley_term(factor, factors) -%}
    {%- set others = factors | reject('equalto', factor) | list -%}
    {%- set n = others | length -%}
    {%- set factorials = [1] -%}
    {%- for k in range(1, n + 2) -%}{%- do factorials.append(factorials[-1] * k) -%}{%- endfor -%}
    {%- set summands = [] -%}
    {%- for subset in range(2 ** n) -%}
        {%- set ends = [] -%}
        {%- set changed = [] -%}
        {%- for other in others -%}
            {%- if (subset // 2 ** loop.index0) % 2 == 1 -%}
                {%- do changed.append(other) -%}
                {%- do ends.append(other) -%}
            {%- else -%}
                {%- do ends.append(other ~ '_before') -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set k = changed | length -%}
        {%- do summands.append((factorials[k] * factorials[n - k]) ~ ' * ' ~ ends | join(' * ')) -%}
    {%- endfor -%}
    {{ ratio(
        '(' ~ factor ~ ' - ' ~ factor ~ '_before) * (' ~ summands | join(' + ') ~ ')',
        factorials[n + 1] | string
    ) }}
{%- endmacro %}

{# The factor with the largest term, up or down; of equal ones the first. #}
{% macro largest_term(factors, prefix) -%}
    case greatest({% for factor in factors %}abs({{ prefix }}_{{ factor }}){{ ', ' if not loop.last }}{% endfor %})
        when 0 then null
        {%- for factor in factors %}
        when abs({{ prefix }}_{{ factor }}) then '{{ factor }}'
        {%- endfor %}
    end
{%- endmacro %}

{# One term for each factor, named <prefix>_<factor>, by the split that the row's ends allow. #}
{% macro split_terms(factors, prefix, mean='log_mean') -%}
    {%- for factor in factors %}
    case split_method
        when 'lmdi' then {{ lmdi_term(factor, mean) }}
        when 'shapley' then {{ shapley_term(factor, factors) }}
    end as {{ prefix }}_{{ factor }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
