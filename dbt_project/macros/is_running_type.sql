{# An event of a type that only happens in a running room. #}
{% macro is_running_type(event_type='event_type') -%}
    {{ event_type }} in (
        'live_start', 'live_pause', 'live_resume', 'live_end', 'impression', 'room_enter',
        'room_leave', 'viewer_count', 'comment', 'like', 'share', 'follow', 'bag_update',
        'product_pin', 'product_unpin', 'product_impression', 'product_click', 'add_to_cart',
        'promo_start', 'promo_end', 'giveaway_entry', 'gift', 'coin_drop', 'battle_start',
        'battle_end', 'guest_join', 'guest_leave'
    )
{%- endmacro %}
