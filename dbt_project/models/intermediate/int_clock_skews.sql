-- How far events of a day lie after their own receipt.
-- Grain: one row per source and UTC day of the events (event_date) with such events.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['source', 'event_date'],
    rebuilt_in='staging.stg_nights__touched_days'
) }}

with events as (
    select
        source,
        cast(event_ts as date) as event_date,
        {{ microseconds_between('received_ts', 'event_ts') }} as ahead_us
    from {{ ref('int_events') }}
    where event_ts > received_ts and {{ is_on_touched_day() }}
)

select
    source,
    event_date,
    case
        when count(*) >= {{ parameter('min_skew_events') }}
            then
                percentile_cont(0.99) within group (order by cast(ahead_us as double))
                / 1000000
    end as clock_skew_sec_p99
from events
group by source, event_date
