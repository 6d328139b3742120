{{ config(meta={'dagster': {'ref': {'name': 'fct_live_channel'}}}) }}
-- METRICS 15.5 for channels.
{{ differing_sums(
    ref('fct_live_channel'), 'C', ['live_id'], ref('fct_live_session'), 'S', ['live_id'],
    only=is_rebuilt()
) }}
