{#
    A table of which a night replaces only the rows that came out otherwise. The model gives all
    rows; they are compared with those that are there, and the keys of rows that came, went or
    changed are listed in `changes.<table>`, for the tests, the gate and the release.

    Rows are compared by a hash of 64 bits, under their key. A full refresh makes the table anew and
    lists every key. Spark has no home between two nights: there it is a table like any other.
#}
{% materialization changed, adapter='duckdb', supported_languages=['sql'] %}
    {%- set keys = config.require('meta')['key'] -%}
    {%- set key = keys | join(', ') -%}
    {%- set listed = changes_of(this.identifier) -%}
    {%- set old = load_cached_relation(this) -%}
    {%- if old is none or old.type != 'table' or flags.FULL_REFRESH -%}
        {%- set made = made_in_one_step('table') -%}
        {{ list_changes(keys) }}
        {{ return(made) }}
    {%- endif -%}
    {%- call statement('new') -%}
        create or replace temp table new_rows as (
            {{ compiled_code }}
        )
    {%- endcall -%}
    {%- call statement('list') -%}
        create or replace table {{ listed }} as
        select distinct {{ key }}
        from (
            select {{ key }}
            from (
                select {{ key }}, hash(new_rows) as row_hash, 1 as copies from new_rows
                union all
                select {{ key }}, hash(old_rows) as row_hash, -1 as copies from {{ this }} as old_rows
            )
            group by {{ key }}, row_hash
            having sum(copies) != 0
        )
    {%- endcall -%}
    {%- call statement('delete') -%}
        delete from {{ this }} where ({{ key }}) in (select ({{ key }}) from {{ listed }})
    {%- endcall -%}
    {%- call statement('main') -%}
        insert into {{ this }} by name
        select * from new_rows where ({{ key }}) in (select ({{ key }}) from {{ listed }})
    {%- endcall -%}
    {{ return(it_is_made('table')) }}
{% endmaterialization %}

{% materialization changed, adapter='spark', supported_languages=['sql'] %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}

{# Where the changed keys of a table are listed; orchestration/dbt_assets.py names it, too. #}
{% macro changes_of(table) -%}
    changes.{{ table }}
{%- endmacro %}

{# List the values of columns in this table's rows, in place of what was listed. #}
{% macro list_changes(columns, where='') -%}
    {%- set listed = changes_of(this.identifier) -%}
    {%- call statement('schema of lists') -%}
        create schema if not exists {{ listed.partition('.')[0] }}
    {%- endcall -%}
    {%- call statement('list') -%}
        create or replace table {{ listed }} as
        select distinct {{ columns | join(', ') }} from {{ this }} {{ where }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
{%- endmacro %}
