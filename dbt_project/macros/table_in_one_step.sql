{#
    How DuckDB makes a table: in one statement, which replaces the old one at its end or not at all.
    dbt's own way makes it beside the old one, renames both and drops one: nine statements more.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {%- set old = load_cached_relation(this) -%}
    {%- if old is not none and old.type != 'table' -%}
        {%- do adapter.drop_relation(old) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace table {{ this }} as (
            {{ compiled_code }}
        )
    {%- endcall -%}
    {{ return(table_is_made()) }}
{% endmaterialization %}

{# How every table ends: its contract holds, and then all of it counts at once. #}
{% macro table_is_made() %}
    {%- if config.get('contract').enforced -%}
        {{ assert_contract(this) }}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmacro %}
