-- How the slots of a creator did, of those who tried at least two of a kind; others teach nothing.
-- Grain: one row per creator, slot_kind and slot.

with slot_lives as (
    select * from {{ ref('int_slot_lives') }}
),

cells as (
    select
        creator_id,
        slot_kind,
        slot,
        min(market) as market,
        count(*) as lives,
        {{ in_order('avg', 'log_lift') }} as own_lift,
        coalesce({{ in_order('var_samp', 'log_lift') }} * (count(*) - 1), 0) as squares_within
    from slot_lives
    group by creator_id, slot_kind, slot
)

select
    *,
    count(*) over (partition by creator_id, slot_kind) as slots_tried
from cells
qualify count(*) over (partition by creator_id, slot_kind) > 1
