{# Safety: what moves the wrong way while the rest grows? #}
{% macro safety_measures() -%}
{{ return([
    {'name': 'violation_count', 'how': 'count', 'where': "event_type = 'violation'",
     'feed': 'has_violations', 'unit': 'count', 'grains': 'S CD CW MK', 'better': 'lower',
     'from': '004:L134', 'about': 'Violations recorded while the LIVE ran.'},
    {'name': 'user_reports', 'how': 'count', 'where': "event_type = 'user_report'",
     'feed': 'has_violations', 'unit': 'count', 'grains': 'S CD CW MK', 'better': 'lower',
     'from': '003:L39', 'about': 'Reports by viewers while the LIVE ran.'},
]) }}
{%- endmacro %}

{% macro safety_ratios() -%}
{{ return([
    {'name': 'violation_rate', 'numerator': 'violation_count', 'denominator': 'live_duration_sec',
     'scale': 3600, 'unit': 'per_hour', 'above_one': 'none', 'grains': 'S CD CW MK', 'better': 'lower',
     'from': '004:L134', 'about': 'Violations per hour on air.'},
    {'name': 'report_rate', 'numerator': 'user_reports', 'denominator': 'views', 'scale': 1000,
     'unit': 'per_1000', 'above_one': 'none', 'grains': 'S MK', 'better': 'lower', 'from': '003:L39',
     'about': 'Reports per thousand views.'},
    {'name': 'comment_removal_rate', 'numerator': 'comments_removed',
     'denominator': 'comments', 'unit': 'fraction', 'above_one': 'no', 'grains': 'S',
     'better': 'lower', 'from': '003:L39',
     'about': 'Share of comments that were deleted.'},
]) }}
{%- endmacro %}
