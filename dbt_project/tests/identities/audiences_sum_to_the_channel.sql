{{ config(meta={'dagster': {'ref': {'name': 'fct_live_funnel'}}}) }}
-- METRICS 15.5 for the audiences of a channel.
{{ differing_sums(
    rebuilt_rows(ref('fct_live_funnel')), 'A', ['live_id', 'channel'],
    ref('fct_live_channel'), 'C', ['live_id', 'channel']
) }}
