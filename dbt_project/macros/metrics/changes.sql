{#
    Changes: why did GMV move?
    Grains: GV period of a creator (LIVE or week) against the one before, GH the same by channel.
#}
{% macro changes_measures() -%}
{%- set steps = [
    ('impressions', 'GV', 'more or fewer impressions'),
    ('err', 'GV', 'the share of impressions that became views'),
    ('live_views', 'GH', 'more or fewer views of the LIVE, all channels together'),
    ('channel_view_share', 'GH', 'the mix: the channel\'s share of the views'),
    ('live_ctr', 'GV GH', 'product clicks per view'),
    ('ctor', 'GV GH', 'SKU orders per product click'),
    ('gmv_per_sku_order', 'GV GH', 'GMV per SKU order'),
] -%}
{%- set found = [] -%}
{%- for step, grains, cause in steps -%}
    {%- do found.append({
        'name': 'gmv_decomposition_' ~ step, 'how': 'model', 'feed': 'has_orders',
        'sql': 'LMDI-I or Shapley term of ' ~ step, 'unit': 'usd_change', 'grains': grains,
        'lower': none, 'is_additive': true, 'better': 'higher', 'from': 'METRICS 9',
        'about': 'Part of the change in GMV that comes from ' ~ cause
            ~ '; the terms of a row sum to the change. NULL where a step is missing under GMV.'
    }) -%}
{%- endfor -%}
{%- do found.append({
    'name': 'gmv_decomposition_unlinked', 'how': 'model', 'feed': 'has_orders',
    'sql': 'gmv - gmv_before where the steps are missing', 'unit': 'usd_change', 'grains': 'GH',
    'lower': none, 'is_additive': true, 'better': '', 'from': 'METRICS 9',
    'about': 'Change in GMV of orders that the channel\'s views and clicks do not explain, such as'
        ~ ' orders after the viewer had left.'
}) -%}
{{ return(found) }}
{%- endmacro %}

{% macro changes_ratios() -%}
{{ return([]) }}
{%- endmacro %}
