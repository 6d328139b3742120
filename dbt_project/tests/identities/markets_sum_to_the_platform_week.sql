{{ config(meta={'dagster': {'ref': {'name': 'fct_platform_week'}}}) }}
-- What is watched in the markets is watched on the platform.
{{ differing_sums(
    ref('fct_viewer_market_week'), 'VM', ['report_week'],
    ref('fct_platform_week'), 'PL', ['report_week']
) }}
