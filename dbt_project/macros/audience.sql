{# The audience that a viewer belongs to by the follower status at entry. #}
{% macro audience(is_follower) -%}
    case when {{ is_follower }} then 'follower' when not {{ is_follower }} then 'non_follower' end
{%- endmacro %}
