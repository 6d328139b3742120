-- The battles of which this night rebuilds a LIVE, as they were and as they are.
-- Grain: one row per battle_id.

select subject_id as battle_id
from {{ ref('int_intervals') }}
where kind = 'battle' and {{ is_rebuilt() }}
union
select subject_id as battle_id
from {{ listed_in('int_intervals') }}
where kind = 'battle'
