-- The LIVEs of which this night rebuilds the sales of the 7 days after them.
-- Grain: one row per live_id.

with lives as (
    select * from {{ ref('int_lives') }}
),

changed_days as (
    select distinct cast(event_ts as date) as order_date
    from {{ listed_in('int_order_lines') }}
),

reaching_days as (
    select distinct {{ days_from_to(days_before('order_date', 7), 'order_date') }} as end_date
    from changed_days
)

select live_id
from {{ ref('int_rebuilt_histories') }}
union
select lives.live_id
from lives
inner join reaching_days on cast(lives.live_end_ts as date) = reaching_days.end_date
