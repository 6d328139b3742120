{# The size of a creator by followers; NULL where nobody counted them. #}
{% macro creator_size_band(followers) -%}
    case
        when {{ followers }} < 1000 then 'under_1k'
        when {{ followers }} < 10000 then '1k_to_10k'
        when {{ followers }} < 100000 then '10k_to_100k'
        when {{ followers }} < 1000000 then '100k_to_1m'
        when {{ followers }} >= 1000000 then 'from_1m'
    end
{%- endmacro %}
