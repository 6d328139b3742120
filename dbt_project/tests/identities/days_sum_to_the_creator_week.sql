{{ config(meta={'dagster': {'ref': {'name': 'fct_creator_week'}}}) }}
-- A creator's days come to his weeks: what only days and weeks have, too.
{{ differing_sums(
    ref('fct_creator_day'), 'CD', ['creator_id', week_of('report_date')],
    ref('fct_creator_week'), 'CW', ['creator_id', 'report_week']
) }}
