{# A model's schema is its room's name, as it stands in dbt_project.yml. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
