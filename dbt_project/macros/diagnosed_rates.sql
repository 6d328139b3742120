{#
    The rates that dips and effects are sought in: what is counted, and per what.

    Acts inside the room are taken per viewer-second, not per entry: the entries of one minute say
    little about who is in the room. `weights` names the act whose size varies (int_diagnosed_lives);
    `dips` says whether the minute series is searched for dips, too.
#}
{% macro diagnosed_rates() -%}
{{ return([
    {'metric': 'impressions', 'counted': 'impressions', 'exposure': 'on_air_sec',
     'feeds': ['has_impressions'], 'dips': true},
    {'metric': 'err', 'counted': 'views', 'exposure': 'impressions',
     'feeds': ['has_impressions', 'has_views'], 'dips': true},
    {'metric': 'live_ctr', 'counted': 'product_clicks', 'exposure': 'total_watch_sec',
     'feeds': ['has_product_cards', 'has_leaves'], 'dips': true},
    {'metric': 'ctor', 'counted': 'sku_orders', 'exposure': 'product_clicks',
     'feeds': ['has_orders', 'has_product_cards'], 'weights': 'sku_orders', 'dips': true},
    {'metric': 'gmv', 'counted': 'gmv', 'exposure': 'on_air_sec',
     'feeds': ['has_orders', 'has_gmv'], 'weights': 'gmv', 'dips': true},
    {'metric': 'watch_gpm', 'counted': 'gmv', 'exposure': 'total_watch_sec',
     'feeds': ['has_orders', 'has_gmv', 'has_leaves'], 'weights': 'gmv', 'dips': true},
    {'metric': 'units_sold', 'counted': 'units_sold', 'exposure': 'total_watch_sec',
     'feeds': ['has_orders', 'has_leaves'], 'weights': 'units_sold'},
    {'metric': 'comment_rate', 'counted': 'comments', 'exposure': 'total_watch_sec',
     'feeds': ['has_comments', 'has_leaves']},
    {'metric': 'organic_comments', 'counted': 'organic_comments', 'exposure': 'total_watch_sec',
     'feeds': ['has_comments', 'has_promos', 'has_leaves']},
    {'metric': 'follow_rate', 'counted': 'new_follows_gross', 'exposure': 'total_watch_sec',
     'feeds': ['has_follows', 'has_leaves']},
    {'metric': 'organic_follows', 'counted': 'organic_follows', 'exposure': 'total_watch_sec',
     'feeds': ['has_follows', 'has_promos', 'has_leaves']},
    {'metric': 'diamonds_per_watch_hour', 'counted': 'diamonds', 'exposure': 'total_watch_sec',
     'feeds': ['has_diamonds', 'has_leaves'], 'weights': 'diamonds'},
]) }}
{%- endmacro %}

{# The columns that these rates are made of, each once. #}
{% macro diagnosed_columns() -%}
    {{ return([
        'on_air_sec', 'total_watch_sec', 'impressions', 'views', 'product_clicks', 'sku_orders',
        'gmv', 'units_sold', 'comments', 'organic_comments', 'new_follows_gross',
        'organic_follows', 'diamonds',
    ]) }}
{%- endmacro %}

{# Their sums over slices; with the prefix ordinary_ over the ordinary ones alone. #}
{% macro diagnosed_sums(prefix='') -%}
    {%- for name in diagnosed_columns() %}
    {{ sum_of_millionths('case when is_ordinary then ' ~ name ~ ' else 0 end' if prefix else name) }} as {{ prefix ~ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Each of the columns from a join that may lack the slice. #}
{% macro diagnosed_counts(relation) -%}
    {%- for name in diagnosed_columns()[2:] %}
    cast(coalesce({{ relation }}.{{ name }}, 0) as double) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Which kinds ran, as 0 or 1. #}
{% macro ran_kinds(kinds) -%}
    {%- for kind in kinds %}
    max(case when happenings.kind = '{{ kind }}' then 1 else 0 end) as ran_{{ kind }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Whether the LIVE's source carries what a rate needs. #}
{% macro carries(rate, relation) -%}
    {%- for feed in rate['feeds'] -%}
        {{ relation }}.{{ feed }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# A sum of sizes as the number of acts that would scatter like it; a count stays as it is. #}
{% macro counted_units(rate, expression) -%}
    {%- if rate.get('weights') -%}
        coalesce({{ ratio(expression, 'lives.' ~ rate['weights'] ~ '_weight') }}, 0)
    {%- else -%}
        {{ expression }}
    {%- endif -%}
{%- endmacro %}

{# What one unit of the published rate is: by the hour where the exposure is time. #}
{% macro rate_per(rate) -%}
    {{ return({
        'on_air_sec': 'hour', 'total_watch_sec': 'viewer_hour', 'impressions': 'impression',
        'product_clicks': 'product_click',
    }[rate['exposure']]) }}
{%- endmacro %}
