{# Of several reference rows for one key and date, the one with the smaller content hash counts. #}
{% macro first_of_key(key) -%}
    row_number() over (
        partition by {{ key }}, coalesce(valid_from, date '0001-01-01') order by row_hash, file_id
    ) = 1
{%- endmacro %}
