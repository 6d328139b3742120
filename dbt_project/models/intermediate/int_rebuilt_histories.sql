-- The LIVEs whose history a night rebuilds: what was rebuilt, what comes after it, what has ended.
-- Grain: one row per live_id.

with inputs as (
    select * from {{ ref('int_live_inputs') }}
),

built as (
    select * from {{ ref('stg_nights__built_lives') }}
)

select live_id
from {{ ref('int_rebuilt_lives') }}
union
select live_id
from {{ ref('int_later_lives') }}
union
select inputs.live_id
from inputs
inner join built on inputs.live_id = built.live_id
where inputs.windows_passed <> built.windows_passed
