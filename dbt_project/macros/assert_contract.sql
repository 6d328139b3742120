{#
    A built table against its contract. dbt's own comparison plans the whole model once more and
    looks for each column among all of them, in Jinja; it stays the one that tells what differs.
#}
{% macro assert_contract(relation) %}
    {%- set duckdb_names = {'text': 'varchar', 'int': 'integer'} -%}
    {%- set promised, made = [], [] -%}
    {%- for column in model.columns.values() -%}
        {%- set type = column.data_type | lower -%}
        {%- do promised.append(column.name ~ ' ' ~ duckdb_names.get(type, type)) -%}
    {%- endfor -%}
    {%- for column in adapter.get_column_schema_from_query('select * from ' ~ relation) -%}
        {%- do made.append(column.name ~ ' ' ~ column.dtype | lower) -%}
    {%- endfor -%}
    {%- if made != promised -%}
        {{ get_assert_columns_equivalent('select * from ' ~ relation) }}
    {%- endif -%}
{% endmacro %}
