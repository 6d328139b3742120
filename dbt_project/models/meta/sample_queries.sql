-- One query to start from for each mart.
-- Grain: one row per mart.
{{ config(meta={'key': ['mart']}) }}

{% for sample in sample_queries() %}
{{ 'union all' if not loop.first }}
select
    '{{ sample['mart'] }}' as mart,
    '{{ sample['question'] | replace("'", "''") }}' as question,
    '{{ sample['query'] | replace("'", "''") }}' as query
{%- endfor %}
