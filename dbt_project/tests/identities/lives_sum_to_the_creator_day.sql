{{ config(meta={'dagster': {'ref': {'name': 'fct_creator_day'}}}) }}
-- METRICS 15.5 for creators, on the days of the LIVEs that this night rebuilt.
{%- set only %}
(creator_id, report_date) in (
            select
                rebuilt.creator_id,
                rebuilt.report_date
            from {{ ref('int_rebuilt_lives') }} as rebuilt
        )
{%- endset %}
{{ differing_sums(
    ref('fct_live_session'), 'S', ['creator_id', 'report_date'],
    ref('fct_creator_day'), 'CD', ['creator_id', 'report_date'], only=only
) }}
