-- The orders of which this night rebuilds the lines: with an event or a rate that is another now.
-- Grain: one row per order_id.

with events as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'order'
),

changed_rates as (
    select * from {{ listed_in('int_currency_rates') }}
)

select line_order_id as order_id
from {{ listed_in('int_sparse_events') }}
where line_order_id is not null
union
select events.line_order_id as order_id
from events
inner join changed_rates
    on
        events.currency = changed_rates.currency
        and events.event_date >= changed_rates.rate_date
        and events.event_date < changed_rates.next_rate_date
