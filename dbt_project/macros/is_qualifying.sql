{# A LIVE long and busy enough to be compared with others; thresholds in meta.parameters. #}
{% macro is_qualifying() -%}
    live_duration_sec >= {{ parameter('qualifying_live_sec') }}
    and coalesce(views, 0) >= {{ parameter('qualifying_views') }}
{%- endmacro %}

{% macro parameter(name) -%}
    (select parameter_value from {{ ref('parameters') }} where parameter = '{{ name }}')
{%- endmacro %}
