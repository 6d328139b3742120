{# What may grow, and what must not get worse with it; every guardrail here is better lower. #}
{% macro guardrail_pairs() -%}
    {{ return([
        ('gmv', 'refund_rate'),
        ('total_watch_sec', 'over_viewing_share'),
        ('total_watch_sec', 'late_night_watch_share'),
        ('live_duration_sec', 'burnout_index'),
        ('new_follows_gross', 'incentivised_engagement_share'),
        ('views', 'report_rate'),
        ('views', 'violation_rate'),
        ('diamonds_organic', 'high_spender_concentration'),
        ('impressions', 'creator_reach_gini'),
    ]) }}
{%- endmacro %}
