{{ config(meta={'dagster': {'ref': {'name': 'fct_live_funnel'}}}) }}
-- METRICS 15.5 for channel and audience.
{{ differing_sums(
    rebuilt_rows(ref('fct_live_funnel')), 'A', ['live_id'],
    ref('fct_live_session'), 'S', ['live_id']
) }}
