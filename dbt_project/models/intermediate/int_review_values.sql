-- The reviewed metrics of every LIVE of a known creator, one below the other.
-- Grain: one row per LIVE and reviewed metric.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories'
) }}

with sessions as (
    select
        *,
        coalesce({{ is_qualifying() }}, false) as is_qualifying
    from {{ ref('int_live_sessions') }}
    where creator_id is not null
),

reviewed as (
    {{ reviewed_table() }}
),

-- Of a qualifying LIVE its number among the creator's qualifying LIVEs.
numbered as (
    select
        *,
        sum(case when is_qualifying then 1 else 0 end) over so_far as qualifying_no
    from sessions
    window
        so_far as (
            partition by creator_id order by live_start_ts, live_id
            rows between unbounded preceding and current row
        )
)

select
    -- keys
    numbered.live_id,
    reviewed.metric,
    numbered.creator_id,

    -- attributes
    numbered.market,
    coalesce(numbered.category, 'unknown') as category,
    reviewed.bucket,
    reviewed.better,
    reviewed.direction,
    {{ whole('numbered.qualifying_no') }} as qualifying_no,

    -- measures
    {{ reviewed_value() }} as metric_value,

    -- flags
    numbered.is_qualifying,

    -- times
    numbered.live_start_ts,
    numbered.report_date
from numbered
cross join reviewed
where {{ is_rebuilt('numbered.live_id', 'int_rebuilt_histories') }}
