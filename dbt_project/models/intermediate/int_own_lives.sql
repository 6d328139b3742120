-- The creator's last five qualifying LIVEs before a LIVE.
-- Grain: one row per LIVE of a known creator and earlier LIVE.

with sessions as (
    select
        live_id,
        creator_id,
        creator_live_no,
        coalesce({{ is_qualifying() }}, false) as is_qualifying
    from {{ ref('int_live_sessions') }}
    where creator_id is not null
),

numbered as (
    select
        *,
        coalesce(sum(case when is_qualifying then 1 else 0 end) over before, 0) as qualifying_before
    from sessions
    window
        before as (
            partition by creator_id order by creator_live_no
            rows between unbounded preceding and 1 preceding
        )
),

placed as (
    select
        *,
        qualifying_before + 1 as qualifying_no,
        qualifying_before - 4 as first_no
    from numbered
)

select
    placed.live_id,
    earlier.live_id as own_live_id
from placed
inner join placed as earlier
    on
        placed.creator_id = earlier.creator_id
        and placed.qualifying_before >= earlier.qualifying_no
        and placed.first_no <= earlier.qualifying_no
where earlier.is_qualifying
