-- Impressions and ERR of a LIVE after the warm-up, in bins of a few minutes.
-- Grain: one row per live_id, metric and bin.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

-- Every bin is compared with every other, so the bins of a very long LIVE are wider.
with series as (
    select
        *,
        floor({{ ratio(
            'max(minute_index) over whole_live',
            parameter('trend_bin_minutes') ~ ' * ' ~ parameter('trend_max_bins')
        ) }}) + 1 as widening
    from {{ ref('int_dip_series') }}
    where metric in ('impressions', 'err') and {{ is_rebuilt() }}
    window whole_live as (partition by live_id)
),

binned as (
    select
        *,
        floor({{ ratio('minute_index', parameter('trend_bin_minutes') ~ ' * widening') }}) as bin
    from series
)

select
    live_id,
    metric,
    bin,
    {{ ratio('avg(minute_index)', '60') }} as hours,
    -- impressions by the hour, ERR by the impression
    {{ ratio(
        sum_of_trillionths('counted') ~ " * max(case when metric = 'impressions' then 3600 else 1 end)",
        sum_of_trillionths('exposure')
    ) }} as rate,
    count(*) as minutes
from binned
group by live_id, metric, bin
