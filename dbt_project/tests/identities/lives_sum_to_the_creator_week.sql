{{ config(meta={'dagster': {'ref': {'name': 'fct_creator_week'}}}) }}
-- METRICS 15.5 for creators and weeks.
{{ differing_sums(
    ref('fct_live_session'), 'S', ['creator_id', week_of('report_date')],
    ref('fct_creator_week'), 'CW', ['creator_id', 'report_week']
) }}
