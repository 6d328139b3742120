{{ config(meta={'dagster': {'ref': {'name': 'fct_live_minute'}}}) }}
-- METRICS 15.5 for minutes.
{{ differing_sums(
    rebuilt_rows(ref('fct_live_minute')), 'M', ['live_id'],
    ref('fct_live_session'), 'S', ['live_id']
) }}
