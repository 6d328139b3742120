{# What one minor unit of a currency is worth in the currency itself: ISO 4217, hundredths by default. #}
{% macro unit_of_minor(minor_digits) -%}
    case coalesce({{ minor_digits }}, 2)
        when 0 then cast(1 as decimal(4, 3))
        when 3 then cast(0.001 as decimal(4, 3))
        else cast(0.01 as decimal(4, 3))
    end
{%- endmacro %}

{# The dated rate to USD; the dollar needs none. #}
{% macro rate_to_usd(currency, usd_per_unit) -%}
    case
        when {{ currency }} = 'USD' then cast(1 as decimal(28, 12))
        else {{ usd_per_unit }}
    end
{%- endmacro %}
