-- The clock minutes that a LIVE touches, the one of its last instant included.
-- Grain: one row per live_id that this night rebuilds and minute_ts.

with lives as (
    select * from {{ ref('int_lives') }}
    where {{ is_rebuilt() }}
)

select
    live_id,
    live_start_ts,
    live_end_ts,
    {{ minutes_between(
        "date_trunc('minute', live_start_ts)", "date_trunc('minute', live_end_ts)"
    ) }} as minute_ts
from lives
