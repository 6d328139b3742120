-- Whether a LIVE is probably complete: would its last minute's events have arrived by now?
-- Grain: one row per LIVE (live_id).

with lives as (
    select * from {{ ref('int_lives') }}
),

newest as (
    select * from {{ ref('int_newest_receipts') }}
),

lateness as (
    select * from {{ ref('int_lateness') }}
),

longest as (
    select
        source,
        max(minutes) as minutes
    from lateness
    group by source
),

aged as (
    select
        lives.live_id,
        lives.source,
        least(
            {{ clock_minutes('lives.live_end_ts', 'newest.newest_received_ts') }},
            longest.minutes
        ) as minutes
    from lives
    inner join newest on lives.source = newest.source
    left join longest on lives.source = longest.source
)

select
    aged.live_id,
    lateness.share_arrived,
    lateness.share_arrived < {{ parameter('min_share_arrived') }} as is_provisional
from aged
left join lateness on aged.source = lateness.source and aged.minutes = lateness.minutes
