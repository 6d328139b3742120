-- Openings and endings of battles: an ending says when it began, maybe before the capture did.
-- Grain: one row per step_id; a message that ends a battle gives two.

with messages as (
    select * from {{ source('raw', 'webcast_messages') }}
    where kind = 'battle'
)

select
    event_id,
    event_id as step_id,
    case battle_action when 'OPEN' then 'battle_start' else 'battle_end' end as step,
    event_ts as step_ts
from messages
where battle_action in ('OPEN', 'FINISH')
union all
select
    event_id,
    event_id || '-start' as step_id,
    'battle_start' as step,
    battle_start_ts as step_ts
from messages
where battle_action = 'FINISH' and battle_start_ts < event_ts
