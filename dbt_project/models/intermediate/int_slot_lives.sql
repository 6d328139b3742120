-- Qualifying LIVEs by start hour and by length, with the views they drew an hour.
-- Grain: one row per LIVE and slot_kind.

with sessions as (
    select
        *,
        ln({{ ratio('views', 'live_duration_sec', 3600) }}) as log_views_per_hour,
        {{ whole('extract(hour from ' ~ local_time('live_start_ts', 'reporting_timezone') ~ ')') }}
            as start_hour
    from {{ ref('int_live_sessions') }}
    where creator_id is not null and market is not null and {{ is_qualifying() }}
),

slots as (
    select
        live_id,
        creator_id,
        market,
        log_views_per_hour,
        'start_hour' as slot_kind,
        case when start_hour < 10 then '0' else '' end as zero,
        cast(start_hour as string) as slot
    from sessions
    union all
    select
        live_id,
        creator_id,
        market,
        log_views_per_hour,
        'length' as slot_kind,
        '' as zero,
        case
            when live_duration_sec < 3600 then 'under_1h'
            when live_duration_sec < 7200 then '1h_to_2h'
            when live_duration_sec < 10800 then '2h_to_3h'
            else 'from_3h'
        end as slot
    from sessions
)

-- Against what the creator usually draws: sizes of creators drop out.
select
    -- keys
    live_id,
    slot_kind,

    -- attributes
    creator_id,
    market,
    concat(zero, slot) as slot,

    -- measures
    log_views_per_hour - avg(log_views_per_hour) over own_kind as log_lift
from slots
window own_kind as (
    partition by creator_id, slot_kind order by log_views_per_hour
    rows between unbounded preceding and unbounded following
)
