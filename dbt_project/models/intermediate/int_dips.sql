-- Dips: the strongest window of each stretch in which a rate stands out below its usual level.
-- Grain: one row per live_id, metric and first_minute; dips of one rate do not overlap.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with windows as (
    select * from {{ ref('int_dip_windows') }}
    where {{ is_rebuilt() }}
),

-- A window yields to a stronger one that shares more than half of the shorter of the two.
beaten as (
    select distinct
        weaker.live_id,
        weaker.metric,
        weaker.first_minute,
        weaker.last_minute
    from windows as weaker
    inner join windows as stronger
        on
            weaker.live_id = stronger.live_id
            and weaker.metric = stronger.metric
            and weaker.first_minute <= stronger.last_minute
            and weaker.last_minute >= stronger.first_minute
    where
        2 * (
            least(weaker.last_minute, stronger.last_minute)
            - greatest(weaker.first_minute, stronger.first_minute) + 1
        ) > least(weaker.width, stronger.width)
        and (
            stronger.z > weaker.z
            or (stronger.z = weaker.z and stronger.width < weaker.width)
            or (
                stronger.z = weaker.z and stronger.width = weaker.width
                and stronger.first_minute < weaker.first_minute
            )
        )
),

strongest as (
    select windows.*
    from windows
    left join beaten
        on
            windows.live_id = beaten.live_id
            and windows.metric = beaten.metric
            and windows.first_minute = beaten.first_minute
            and windows.last_minute = beaten.last_minute
    where beaten.live_id is null
),

-- What still overlaps is one dip.
opened as (
    select
        *,
        case when first_minute > max(last_minute) over earlier then 1 else 0 end as opens
    from strongest
    window earlier as (
        partition by live_id, metric order by first_minute, last_minute
        rows between unbounded preceding and 1 preceding
    )
),

numbered as (
    select
        *,
        sum(opens) over so_far as dip_no
    from opened
    window so_far as (
        partition by live_id, metric order by first_minute, last_minute
        rows between unbounded preceding and current row
    )
)

select
    live_id,
    metric,
    dip_no,
    min(first_minute) as first_minute,
    max(last_minute) as last_minute,
    max_by(depth, z) as dip_depth,
    max(z) as dip_z
from numbered
group by live_id, metric, dip_no
