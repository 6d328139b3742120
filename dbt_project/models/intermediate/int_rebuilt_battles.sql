-- The battles of which this night rebuilds a LIVE, as they were and as they are.
-- Grain: one row per battle_id.

select distinct subject_id as battle_id
from {{ listed_in('int_intervals') }}
where kind = 'battle'
