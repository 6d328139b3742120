{#
    A table of which a night replaces only the rows of what changed.

    `rebuilt_by` names the columns that tell whose a row is, `rebuilt_in` the table that lists what
    is to be rebuilt, as it was and as it is now. The model gives the rows of just those, so its
    inputs are narrowed by the same list. A full refresh makes the table anew, its rows in order of
    the last of these columns, a LIVE or a day, so that later nights skip those of other times;
    `is_sorted=false` where the inputs give them in such an order, more or less.
    `lists` names columns of which the values in rows that came out otherwise, as they were and as
    they are, go to `changes.<table>`, for models that are rebuilt by them (`listed_in`).
    Spark has no home between two nights: there it is a table like any other.
#}
{% materialization rebuilt, adapter='duckdb', supported_languages=['sql'] %}
    {%- set listed = config.get('lists') -%}
    {%- if is_made_anew() -%}
        {{ return(made_and_listed(sorted_rows())) }}
    {%- endif -%}
    {%- set is_rebuilt = is_listed(config.require('rebuilt_by'), config.require('rebuilt_in')) -%}
    {%- if listed -%}
        {%- call statement('rows before') -%}
            create or replace temp table rows_before as
            select * from {{ this }} where {{ is_rebuilt }}
        {%- endcall -%}
    {%- endif -%}
    {%- call statement('delete') -%}
        delete from {{ this }} where {{ is_rebuilt }}
    {%- endcall -%}
    {%- call statement('main') -%}
        insert into {{ this }} by name (
            {{ compiled_code }}
        )
    {%- endcall -%}
    {%- if listed -%}
        {{ list_changes(
            listed,
            otherwise('select * from rows_before', 'select * from ' ~ this ~ ' where ' ~ is_rebuilt)
        ) }}
    {%- endif -%}
    {{ return(it_is_made('table')) }}
{% endmaterialization %}

{% materialization rebuilt, adapter='spark', supported_languages=['sql'] %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}

{#
    A table that every night makes as a whole, and that lists what stands in rows which came out
    otherwise than last time: for small ones of which a row matters to many others. A full refresh
    lists all.
#}
{% materialization compared, adapter='duckdb', supported_languages=['sql'] %}
    {%- set listed = config.require('lists') -%}
    {%- if is_made_anew() -%}
        {{ return(made_and_listed()) }}
    {%- endif -%}
    {{ list_changes(
        listed, otherwise('select * from ' ~ this, 'select * from (' ~ compiled_code ~ ')')
    ) }}
    {{ return(made_in_one_step('table')) }}
{% endmaterialization %}

{% materialization compared, adapter='spark', supported_languages=['sql'] %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}

{# Whether there is no table yet of which a part could stay. #}
{% macro is_made_anew() -%}
    {%- set old = load_cached_relation(this) -%}
    {{ return(old is none or old.type != 'table' or flags.FULL_REFRESH) }}
{%- endmacro %}

{# This table as a whole; what it lists is all that stands in it. #}
{% macro made_and_listed(sql=compiled_code) -%}
    {%- set made = made_in_one_step('table', sql) -%}
    {%- if config.get('lists') -%}
        {{ list_changes(config.get('lists')) }}
    {%- endif -%}
    {{ return(made) }}
{%- endmacro %}

{# The model's rows in order of what tells whose they are, or as they come (`is_sorted`). #}
{% macro sorted_rows() -%}
    select * from (
        {{ compiled_code }}
    )
    {%- if config.get('is_sorted', true) %}
    order by {{ config.require('rebuilt_by') | last }}
    {%- endif %}
{%- endmacro %}

{# The rows that are in one of two sets alone; none is twice in a set. #}
{% macro otherwise(old_rows, new_rows) -%}
    (
        select *, count(*) as sets from ({{ old_rows }} union all {{ new_rows }})
        group by all
        having count(*) = 1
    )
{%- endmacro %}

{# List the values of columns in rows of this table, in place of what was listed. #}
{% macro list_changes(columns, from=this) -%}
    {%- set listed = list_of(this.identifier) -%}
    {%- call statement('schema of lists') -%}
        create schema if not exists {{ listed.partition('.')[0] }}
    {%- endcall -%}
    {%- call statement('list') -%}
        create or replace table {{ listed }} as
        select distinct {{ columns | join(', ') }} from {{ from }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
{%- endmacro %}

{# Where a `rebuilt` or `compared` model lists. #}
{% macro list_of(model) -%}
    {{ return('changes.' ~ model) }}
{%- endmacro %}

{#
    What such a model lists, as a table to read; on Spark all that the model has. It is a `ref` on
    either engine: who reads the list waits for the model.
#}
{% macro listed_in(model) -%}
    {%- set relation = ref(model) -%}
    {{ return(adapter.dispatch('listed_in')(model, relation)) }}
{%- endmacro %}

{% macro duckdb__listed_in(model, relation) -%}
    {{ return(list_of(model)) }}
{%- endmacro %}

{% macro spark__listed_in(model, relation) -%}
    {{ return(relation) }}
{%- endmacro %}

{# Whether the LIVE of a row is rebuilt this night, or in a longer list. #}
{% macro is_rebuilt(live_id='live_id', listed='int_rebuilt_lives') -%}
    {{ live_id }} in (select live_id from {{ ref(listed) }})
{%- endmacro %}

{# The same of a row that goes by several columns, such as a creator and a week. #}
{% macro is_rebuilt_by(columns, listed='int_rebuilt_lives') -%}
    {{- is_listed(columns, ref(listed)) }}
{%- endmacro %}

{#
    Whether a row's columns stand in a list. Column by column, not as one value: so DuckDB knows
    their bounds, and skips other rows.
#}
{% macro is_listed(columns, list) -%}
    ({{ columns | join(', ') }}) in (
        select rebuilt.{{ columns | join(', rebuilt.') }} from {{ list }} as rebuilt
    )
{%- endmacro %}

{#
    The rows of a table that this night rebuilt, for a test to look at: all rows where every night
    makes the whole table. In a night that builds everything the lists name everything, and a test
    that reads these looks at everything.
#}
{% macro rebuilt_rows(relation) -%}
    {%- set parts = rebuilt_parts(relation) -%}
    {%- if parts -%}
        (
            select * from {{ relation }}
            where {{ is_listed(parts['rebuilt_by'], parts['rebuilt_in']) }}
        )
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#
    The settings of a table that is `rebuilt`, for a mart that is `shown` those of its fact; none
    where every night makes the whole of it.
#}
{% macro rebuilt_parts(relation) -%}
    {{ return(adapter.dispatch('rebuilt_parts')(relation)) }}
{%- endmacro %}

{% macro duckdb__rebuilt_parts(relation) -%}
    {%- set node = graph.nodes['model.livehouse.' ~ relation.identifier] if execute else none -%}
    {%- if node and node.config.materialized == 'shown' -%}
        {%- for name in node.depends_on.nodes if graph.nodes[name].alias.startswith('fct_') -%}
            {{ return(rebuilt_parts({'identifier': graph.nodes[name].alias})) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return(node.config if node and node.config.materialized == 'rebuilt' else {}) }}
{%- endmacro %}

{% macro spark__rebuilt_parts(relation) -%}
    {{ return({}) }}
{%- endmacro %}
