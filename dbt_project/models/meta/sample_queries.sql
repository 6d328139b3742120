-- Queries to start from: for each mart, and for the questions that are asked most.
-- Grain: one row per mart and question.
{{ config(meta={'key': ['mart', 'question']}) }}

-- noqa: disable=LT05
{% for sample in sample_queries() %}
{{ 'union all' if not loop.first }}
select
    '{{ sample['mart'] }}' as mart,
    '{{ sample['question'] | replace("'", "''") }}' as question,
    '{{ sample['query'] | replace("'", "''") }}' as query,
    cast({{ sample.get('number', 'null') }} as int) as question_no,
    '{{ sample.get('reading', '') | replace("'", "''") }}' as how_to_read
{%- endfor %}
