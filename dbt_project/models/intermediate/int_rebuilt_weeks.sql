-- The weeks of which a night rebuilds what happenings did.
-- Grain: one row per report_week.

-- A later LIVE of the creator may now have had a violation of the same type before.

select report_week
from {{ ref('int_rebuilt_lives') }}
union
select {{ week_of('report_date') }} as report_week
from {{ ref('int_later_lives') }}
