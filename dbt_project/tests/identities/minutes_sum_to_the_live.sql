{{ config(meta={'dagster': {'ref': {'name': 'fct_live_minute'}}}) }}
-- METRICS 15.5 for minutes: additive measures add up, and so does the time watched.
with parts as (
    select
        live_id,
        sum(total_watch_sec) as watched_sec,
        max(peak_concurrent) as peak_concurrent,
        {{ summed_measures('M') }}
    from {{ ref('fct_live_minute') }}
    group by live_id
)

select parts.live_id
from parts
inner join {{ ref('fct_live_session') }} as whole on parts.live_id = whole.live_id
where
    {{ differing_measures('M', 'parts', 'whole') }}
    or abs(parts.watched_sec - whole.total_watch_sec) > 1e-9 * greatest(whole.total_watch_sec, 1)
    or parts.peak_concurrent <> whole.pcu
