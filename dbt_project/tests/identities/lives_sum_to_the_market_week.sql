{{ config(meta={'dagster': {'ref': {'name': 'fct_market_week'}}}) }}
-- METRICS 15.5 for markets: additive measures of the LIVEs add up to the week, where all are known.
with parts as (
    select
        coalesce(market, '') as market_key,
        {{ week_of('report_date') }} as report_week,
        {{ summed_measures('MK') }}
    from {{ ref('fct_live_session') }}
    group by coalesce(market, ''), {{ week_of('report_date') }}
)

select
    parts.market_key,
    parts.report_week
from parts
inner join {{ ref('fct_market_week') }} as whole
    on
        parts.market_key = coalesce(whole.market, '')
        and parts.report_week = whole.report_week
where {{ differing_measures('MK', 'parts', 'whole') }}
