{# Dips, trends and effects: what moved in a LIVE, and what moved it? #}
{% macro dips_measures() -%}
{{ return([
    {'name': 'dip_count', 'how': 'model', 'sql': 'dips of all rates searched', 'feed': '',
     'unit': 'count', 'grains': 'T', 'null': 'NS', 'is_additive': false, 'better': 'lower',
     'from': '004:L148', 'about': 'Dips after the warm-up, over all rates that have enough counts to be searched.'},
    {'name': 'dip_minutes', 'how': 'model', 'sql': 'clock minutes in dips', 'feed': '',
     'unit': 'minutes', 'grains': 'T', 'null': 'NS', 'is_additive': false, 'better': 'lower',
     'from': '004:L148', 'about': 'Clock minutes in dips, summed over the rates.'},
    {'name': 'dip_depth', 'how': 'model', 'sql': '1 - rate in the dip / rate in the ordinary minutes outside', 'feed': '',
     'unit': 'fraction', 'grains': 'T', 'null': 'NS', 'is_additive': false, 'above_one': 'no',
     'better': 'lower', 'from': '004:L148',
     'about': 'Share of the usual rate that is lost in the dip; of a LIVE the deepest one.'},
    {'name': 'unison_corr', 'how': 'model', 'sql': 'corr(impressions, err) over minutes after the warm-up',
     'feed': '', 'unit': 'correlation', 'grains': 'T', 'null': 'NS', 'lower': -1, 'above_one': 'no',
     'is_additive': false, 'better': 'higher', 'from': '004:L148',
     'about': 'Correlation of impressions and ERR over the minutes after the warm-up; impressions stand in both, which pulls it below 0 in small LIVEs.'},
    {'name': 'trend_slope_err', 'how': 'model', 'sql': 'median slope of ERR over pairs of 5-minute bins, wider beyond 48 hours',
     'feed': '', 'unit': 'per_hour', 'grains': 'T', 'null': 'NS', 'lower': none, 'is_additive': false,
     'better': 'higher', 'from': '004:L150', 'about': 'Change of ERR in an hour after the warm-up (Theil and Sen).'},
    {'name': 'trend_slope_impressions', 'how': 'model',
     'sql': 'median slope of impressions per hour over pairs of 5-minute bins, wider beyond 48 hours',
     'feed': '', 'unit': 'per_hour', 'grains': 'T', 'null': 'NS', 'lower': none, 'is_additive': false,
     'better': 'higher', 'from': '004:L150',
     'about': 'Change of impressions per hour in an hour after the warm-up (Theil and Sen).'},
    {'name': 'effect_ratio', 'how': 'model', 'sql': '(counted_during / expected) / (counted_reference / expected)',
     'feed': '', 'unit': 'ratio', 'grains': 'E', 'null': 'NS', 'above_one': 'yes', 'is_additive': false,
     'better': '', 'from': '004:L147',
     'about': 'Rate during the event as a multiple of what the LIVE and its controls let expect; 1 is no effect.'},
    {'name': 'effect_difference', 'how': 'model', 'sql': 'rate_during - expected_rate',
     'feed': '', 'unit': 'difference', 'grains': 'E', 'null': 'NS', 'lower': none, 'is_additive': false,
     'better': '', 'from': '004:L147', 'about': 'Rate during the event minus the expected rate.'},
    {'name': 'violation_reach_cost', 'how': 'model', 'sql': 'expected - actual impressions in the hour after',
     'feed': '', 'unit': 'count', 'grains': 'E', 'null': 'NS', 'lower': none, 'is_additive': false,
     'better': 'lower', 'from': '004:L132',
     'about': 'Impressions that the hour after a violation lacks; only on kind violation_hour, metric impressions.'},
    {'name': 'flash_sale_incremental_units', 'how': 'model', 'sql': 'units - expected units',
     'feed': '', 'unit': 'count', 'grains': 'E', 'null': 'NS', 'lower': none, 'is_additive': false,
     'better': 'higher', 'from': 'own',
     'about': 'Units of all products sold in a flash sale beyond what is expected; only on kind flash_sale, metric units_sold.'},
]) }}
{%- endmacro %}

{% macro dips_ratios() -%}
{{ return([]) }}
{%- endmacro %}
