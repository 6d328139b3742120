-- The weeks of which a night rebuilds what events did: of rebuilt LIVEs, and of those whose creator
-- may now have had a violation of the same type before.
-- Grain: one row per report_week.

select report_week
from {{ ref('int_rebuilt_lives') }}
union
select {{ week_of('report_date') }} as report_week
from {{ ref('int_later_lives') }}
