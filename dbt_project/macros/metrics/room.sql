{# Room: what only the public webcast feed tells of a room. #}
{% macro room_measures() -%}
{{ return([
    {'name': 'treasure_boxes', 'how': 'count', 'where': "event_type = 'treasure_box'",
     'feed': 'has_room_notices', 'unit': 'count', 'grains': 'S', 'better': 'higher', 'from': 'WEBCAST',
     'about': 'Treasure boxes put up in the room; the notice that takes one away counts nothing.'},
    {'name': 'treasure_box_coins', 'how': 'strict_sum', 'of': 'coins',
     'where': "event_type = 'treasure_box'", 'feed': 'has_room_notices', 'unit': 'count',
     'grains': 'S', 'null': 'N0 NX', 'better': 'higher', 'from': 'WEBCAST',
     'about': 'Coins in the treasure boxes: for those who open them, so no part of coins_spent.'},
    {'name': 'subscriptions', 'how': 'count', 'where': "event_type = 'subscription'",
     'feed': 'has_room_notices', 'unit': 'count', 'grains': 'S', 'better': 'higher', 'from': 'WEBCAST',
     'about': 'Subscriptions to the creator that the room was told of, renewals included.'},
    {'name': 'shop_cards', 'how': 'count',
     'where': "event_type = 'shop_card' and product_id is not null",
     'feed': 'has_room_notices', 'unit': 'count', 'grains': 'S', 'better': '', 'from': 'WEBCAST',
     'about': 'Product cards that the shop put up in the room.'},
]) }}
{%- endmacro %}
