-- The columns that name a row of each table, for whoever joins or compares.
-- Grain: one row per table (table_name) with rows made by the models.
{{ config(meta={'key': ['table_name']}) }}

{% set keyed = [] %}
{% if execute %}
{% for node in graph.nodes.values() if node.config.meta.get('key') %}
{% do keyed.append((node.schema ~ '.' ~ node.name, node.config.meta['key'] | join(', '))) %}
{% endfor %}
{% endif %}
{% for table, key in keyed | sort %}
{{ 'union all' if not loop.first }}
select
    '{{ table }}' as table_name,
    '{{ key }}' as key_columns
{%- endfor %}
