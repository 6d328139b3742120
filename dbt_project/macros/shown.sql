{#
    A mart that shows one fact, row by row: a view, in the warehouse and in the release. It costs a
    night nothing and the file no block.

    It names no database: in the release its fact stands beside it, under whatever name the file is
    opened. Spark's marts are brought home as rows, so there it is a table like any other.
#}
{% materialization shown, adapter='duckdb', supported_languages=['sql'] %}
    {{ return(made_in_one_step('view', compiled_code | replace('"' ~ this.database ~ '".', ''))) }}
{% endmaterialization %}

{% materialization shown, adapter='spark', supported_languages=['sql'] %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}
