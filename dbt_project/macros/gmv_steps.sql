{#
    GMV as a product of steps, each a count over the one before it.
    The LIVE: impressions x err x live_ctr x ctor x gmv_per_sku_order. A channel of it: all views x
    the channel's share of them x live_ctr x ctor x gmv_per_sku_order.
#}
{% macro gmv_steps(is_channel=false) -%}
    {{ return(
        (['live_views', 'channel_view_share'] if is_channel else ['impressions', 'err'])
        + ['live_ctr', 'ctor', 'gmv_per_sku_order']
    ) }}
{%- endmacro %}

{% macro gmv_step_counts(is_channel=false) -%}
    {{ return(
        ['live_views' if is_channel else 'impressions', 'views', 'product_clicks', 'sku_orders', 'gmv']
    ) }}
{%- endmacro %}

{# A step without a denominator takes the other end's value: no sign that it changed. Its own end is
   0 by an earlier step. #}
{% macro filled_gmv_steps(is_channel=false) -%}
    {%- set counts = gmv_step_counts(is_channel) -%}
    {%- for step in gmv_steps(is_channel) %}
    {%- if loop.first %}
    cast({{ step }} as double) as {{ step }},
    cast({{ step }}_before as double) as {{ step }}_before,
    {%- else %}
    {%- set upper, lower = counts[loop.index0], counts[loop.index0 - 1] %}
    {%- set now, before = ratio(upper, lower), ratio(upper ~ '_before', lower ~ '_before') %}
    coalesce({{ now }}, {{ before }}, 0) as {{ step }},
    coalesce({{ before }}, {{ now }}, 0) as {{ step }}_before{{ ',' if not loop.last }}
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# lmdi where every count is above 0 at both ends, shapley where a step is 0. NULL where a count is
   unknown, or where there is GMV without one of its steps: the product would not be the GMV. #}
{% macro gmv_split_method(is_channel=false) -%}
    {%- set counts = gmv_step_counts(is_channel) -%}
    case
        when
            {%- for count in counts %}
            {{ 'or ' if not loop.first }}{{ count }} is null or {{ count }}_before is null
            {%- endfor %}
            then null
        {%- for end in ['', '_before'] %}
        when
            gmv{{ end }} > 0
            and least({% for count in counts[:-1] %}{{ count ~ end }}{{ ', ' if not loop.last }}{% endfor %}) = 0
            then null
        {%- endfor %}
        when gmv > 0 and gmv_before > 0 then 'lmdi'
        else 'shapley'
    end
{%- endmacro %}

{# The steps at both ends, the first one a count. #}
{% macro gmv_step_columns(is_channel=false) -%}
    {%- for step in gmv_steps(is_channel) %}
    {%- for end in ['', '_before'] %}
    {%- if step in ('impressions', 'live_views') %}
    cast({{ step }}{{ end }} as bigint) as {{ step }}{{ end }},
    {%- else %}
    {{ step }}{{ end }}{{ ',' if not (step == 'gmv_per_sku_order' and end) }}
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{# The terms of a row together, and the money that moves in it: what digits can be asked for. #}
{% macro gmv_terms_sum(is_channel=false) -%}
    {%- for step in gmv_steps(is_channel) %}
    {{ '+ ' if not loop.first }}coalesce(gmv_decomposition_{{ step }}, 0)
    {%- endfor %}
{%- endmacro %}

{% macro gmv_terms_scale(is_channel=false) -%}
    greatest(cast(gmv as double), cast(gmv_before as double))
    {%- for step in gmv_steps(is_channel) %}
    + coalesce(abs(gmv_decomposition_{{ step }}), 0)
    {%- endfor %}
{%- endmacro %}
