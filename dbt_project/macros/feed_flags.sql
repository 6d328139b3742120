{# The has_<feed> flags, as they stand in the seed source_feeds. #}
{% macro feeds() -%}
    {{ return([
        'has_impressions', 'has_views', 'has_leaves', 'has_comments', 'has_likes', 'has_shares',
        'has_follows', 'has_unfollows', 'has_product_cards', 'has_orders', 'has_gifts',
        'has_diamonds', 'has_coin_source', 'has_battles', 'has_replies', 'has_moderation',
        'has_violations', 'has_promos', 'has_notifications', 'has_teams', 'has_guests',
        'has_room_notices',
    ]) }}
{%- endmacro %}

{% macro feed_flags(relation) -%}
    {%- for feed in feeds() %}
    {{ relation }}.{{ feed }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The same flags for a group of LIVEs: a feed is there where every LIVE of the group carries it. #}
{% macro feeds_of_all() -%}
    {%- for feed in feeds() %}
    min(case when {{ feed }} then 1 else 0 end) = 1 as {{ feed }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
