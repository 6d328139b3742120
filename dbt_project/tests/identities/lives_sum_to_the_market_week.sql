{{ config(meta={'dagster': {'ref': {'name': 'fct_market_week'}}}) }}
-- METRICS 15.5 for markets.
{{ differing_sums(
    ref('fct_live_session'), 'S', ['market', week_of('report_date')],
    ref('fct_market_week'), 'MK', ['market', 'report_week']
) }}
