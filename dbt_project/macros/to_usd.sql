{# Money in the reporting currency: exact decimals, rounded once for each line, half away from 0. #}
{% macro to_usd(amount, usd_per_unit) -%}
    cast(
        round(cast({{ amount }} as decimal(20, 3)) * cast({{ usd_per_unit }} as decimal(18, 9)), 2)
        as decimal(18, 2)
    )
{%- endmacro %}
