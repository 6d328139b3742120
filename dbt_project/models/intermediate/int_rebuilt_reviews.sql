-- The LIVEs whose review a night rebuilds: what was rebuilt, and what is compared with it.
-- Grain: one row per live_id.

with sessions as (
    select * from {{ ref('int_live_sessions') }}
),

benchmarks as (
    select * from {{ ref('int_rebuilt_benchmarks') }}
)

select live_id
from {{ ref('int_rebuilt_lives') }}
union
select live_id
from {{ ref('int_later_lives') }}
union
select sessions.live_id
from sessions
inner join benchmarks
    on sessions.market = benchmarks.market and sessions.report_date = benchmarks.benchmark_date
