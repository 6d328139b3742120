-- Events of the types of which there are few: who asks all of history for one of them reads these.
-- Grain: one row per source and event_id.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['source', 'event_date'],
    rebuilt_in='staging.stg_nights__touched_days',
    lists=['line_order_id']
) }}

select
    *,
    cast(event_ts as date) as event_date,
    -- an order that names no order is one of its own
    case
        when event_type in ('order', 'order_status') then coalesce(order_id, event_id)
    end as line_order_id
from {{ ref('int_events') }}
where
    {{ is_on_touched_day() }}
    and event_type not in (
        'impression', 'room_enter', 'room_leave', 'viewer_count', 'comment', 'like', 'share',
        'gift', 'product_impression', 'product_click', 'add_to_cart', 'notification_sent',
        'notification_open'
    )
