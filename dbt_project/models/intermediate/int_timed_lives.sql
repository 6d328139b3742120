-- The LIVEs with their paused time, and whether the creator had one before and has one after.
-- Grain: one row per live_id.

with lives as (
    select
        *,
        has_views and creator_id is not null as has_followable_views
    from {{ ref('int_lives') }}
),

pauses as (
    select * from {{ ref('int_pauses') }}
),

paused as (
    select
        live_id,
        sum(paused_us) as paused_us
    from pauses
    group by live_id
)

select
    lives.*,
    lives.has_followable_views and lives.creator_live_no > 1 as has_previous_live,
    lives.has_followable_views
    and lives.creator_live_no < max(lives.creator_live_no) over (
        partition by lives.creator_id
    ) as has_next_live,
    {{ whole('coalesce(paused.paused_us, 0)') }} as paused_us
from lives
left join paused on lives.live_id = paused.live_id
