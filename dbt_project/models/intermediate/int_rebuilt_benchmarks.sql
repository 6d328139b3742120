-- The benchmarks that a night rebuilds: they hear a rebuilt LIVE, or a later one of its creator.
-- Grain: one row per market ('' is the unknown one) and benchmark_date.

with rebuilt as (
    select distinct
        market_key,
        report_date,
        {{ days_before('report_date', '1 - ' ~ parameter('benchmark_days')) }} as last_date
    from {{ ref('int_rebuilt_lives') }}
)

select
    market_key as market,
    {{ days_from_to('report_date', 'last_date') }} as benchmark_date
from rebuilt
union
select
    coalesce(market, '') as market,
    report_date as benchmark_date
from {{ ref('int_later_lives') }}
