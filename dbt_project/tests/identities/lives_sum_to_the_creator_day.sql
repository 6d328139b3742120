{{ config(meta={'dagster': {'ref': {'name': 'fct_creator_day'}}}) }}
-- METRICS 15.5 for creators.
{{ differing_sums(
    ref('fct_live_session'), 'S', ['creator_id', 'report_date'],
    ref('fct_creator_day'), 'CD', ['creator_id', 'report_date']
) }}
