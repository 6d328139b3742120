-- Impressions and ERR of a LIVE after the warm-up, in bins of a few minutes.
-- Grain: one row per live_id, metric and bin.

with series as (
    select
        *,
        floor({{ ratio('minute_index', parameter('trend_bin_minutes')) }}) as bin
    from {{ ref('int_dip_series') }}
    where metric in ('impressions', 'err')
)

select
    live_id,
    metric,
    bin,
    {{ ratio('avg(minute_index)', '60') }} as hours,
    -- impressions by the hour, ERR by the impression
    {{ ratio(
        in_order('sum', 'counted') ~ " * max(case when metric = 'impressions' then 3600 else 1 end)",
        in_order('sum', 'exposure')
    ) }} as rate,
    count(*) as minutes
from series
group by live_id, metric, bin
