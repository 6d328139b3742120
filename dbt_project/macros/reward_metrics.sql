{# What a reward rule of the reference data may ask of one LIVE, and of the creator's week. A rule on
   anything else leaves the rewards of its market NULL. #}
{% macro live_reward_metrics() -%}
    {{ return(['live_duration_sec']) }}
{%- endmacro %}

{% macro week_reward_metrics() -%}
    {{ return([
        'lives', 'live_days', 'valid_live_days', 'consistency_streak_weeks', 'airtime_hours',
        'longest_live_sec_week', 'new_follows_gross', 'new_followers_unique', 'active_team_members',
        'diamonds', 'diamonds_organic', 'gifters', 'league_rank',
    ]) }}
{%- endmacro %}

{% macro reached_by_when(metrics, reached_by) -%}
    {%- for metric in metrics %}
    when metric = '{{ metric }}' then '{{ reached_by }}'
    {%- endfor %}
{%- endmacro %}
