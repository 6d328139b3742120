-- Queries to start from, at least one for each mart.
-- Grain: one row per mart and question.
{{ config(meta={'key': ['mart', 'question']}) }}

{% for sample in sample_queries() %}
{{ 'union all' if not loop.first }}
select
    '{{ sample['mart'] }}' as mart,
    '{{ sample['question'] | replace("'", "''") }}' as question,
    '{{ sample['query'] | replace("'", "''") }}' as query
{%- endfor %}
