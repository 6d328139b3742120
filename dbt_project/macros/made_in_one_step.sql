{#
    How DuckDB makes a table or a view: in one statement, which replaces the old one at its end or
    not at all. dbt's own way makes it beside the old one, renames both and drops one: nine
    statements more.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {{ return(made_in_one_step('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
    {{ return(made_in_one_step('view')) }}
{% endmaterialization %}

{% macro made_in_one_step(type, sql=compiled_code) %}
    {%- set old = load_cached_relation(this) -%}
    {%- if old is not none and old.type != type -%}
        {%- do adapter.drop_relation(old) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace {{ type }} {{ this }} as (
            {{ sql }}
        )
    {%- endcall -%}
    {{ return(it_is_made(type)) }}
{% endmacro %}

{# How each of them ends: its contract holds, and then all of it counts at once. #}
{% macro it_is_made(type) %}
    {%- if config.get('contract').enforced -%}
        {{ assert_contract(this) }}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [this.incorporate(type=type)]}) }}
{% endmacro %}
