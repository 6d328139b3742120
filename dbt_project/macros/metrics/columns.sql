{# The aggregate of one measure over acts. #}
{% macro measure_sql(measure) -%}
    {%- set acts = "phase = '" ~ measure.get('phase', 'in_live') ~ "' and " ~ measure['where'] -%}
    {%- set how = measure['how'] -%}
    {%- if how == 'count' -%}
        count(*) filter (where {{ acts }})
    {%- elif how == 'people' -%}
        count(distinct viewer_id) filter (where {{ acts }})
    {%- elif how == 'distinct' -%}
        count(distinct {{ measure['of'] }}) filter (where {{ acts }})
    {%- elif how == 'maximum' -%}
        max({{ measure['of'] }}) filter (where {{ acts }})
    {%- elif how == 'sum' -%}
        coalesce(sum({{ measure['of'] }}) filter (where {{ acts }}), 0)
    {%- elif how == 'seconds' -%}
        cast(coalesce(sum({{ measure['of'] }}) filter (where {{ acts }}), 0) as double) / 1000000
    {%- elif how == 'strict_sum' -%}
        case
            when
                count(*) filter (where {{ acts }})
                = count({{ measure['of'] }}) filter (where {{ acts }})
                then coalesce(sum({{ measure['of'] }}) filter (where {{ acts }}), 0)
        end
    {%- endif -%}
{%- endmacro %}

{# The measures of a grain that are counted from acts; a model makes the others. #}
{% macro counted_measures(grain) -%}
    {%- set found = [] -%}
    {%- for measure in measures(grain) -%}
        {%- if measure['how'] != 'model' and measure.get('swept') != grain -%}
            {%- do found.append(measure) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The type that a measure is published in. #}
{% macro measure_type(measure) -%}
    {{ {'usd': 'decimal(18, 2)', 's': 'double', 'viewers': 'double'}.get(measure['unit'], 'bigint') }}
{%- endmacro %}

{# Every measure of a grain, aggregated over the acts of a group. #}
{% macro aggregated_measures(grain) -%}
    {%- for measure in counted_measures(grain) %}
    {{ measure_sql(measure) }} as {{ measure['name'] }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The measures of several LIVEs that are sums over them, of int_live_acts. #}
{% macro summed_measures(grain) -%}
    {%- for measure in counted_measures(grain) if not is_distinct(measure) %}
    {% if measure['how'] == 'strict_sum' -%}
        {{ strict_sum(measure['name']) }}
    {%- elif measure['how'] == 'seconds' -%}
        {{ sum_of_millionths(measure['name']) }}
    {%- elif measure['how'] == 'maximum' -%}
        max({{ measure['name'] }})
    {%- elif measure['how'] == 'count' -%}
        {{ whole('sum(' ~ measure['name'] ~ ')') }}
    {%- else -%}
        sum({{ measure['name'] }})
    {%- endif %} as {{ measure['name'] }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The others, from the acts: each counts somebody or something once, in however many LIVEs. #}
{% macro distinct_measures(grain) -%}
    {%- for measure in counted_measures(grain) if is_distinct(measure) %}
    {{ measure_sql(measure) }} as {{ measure['name'] }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Their names, as another table carries them. #}
{% macro distinct_names(grain, relation) -%}
    {%- for measure in counted_measures(grain) if is_distinct(measure) %}
    {{ relation }}.{{ measure['name'] }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro is_distinct(measure) -%}
    {{ return(measure['how'] in ('people', 'distinct')) }}
{%- endmacro %}

{# Every aggregated measure of a grain for a row: 0 where no act is, NULL where the feed is absent. #}
{% macro measure_columns(grain, acts, key, lives) -%}
    {%- for measure in counted_measures(grain) %}
    {%- set zero = 'null' if measure['how'] == 'maximum' else '0' %}
    cast(
        case
            when {{ lives ~ '.' ~ measure['feed'] if measure['feed'] else 'true' }}
                then case when {{ acts }}.{{ key }} is null then {{ zero }} else {{ acts }}.{{ measure['name'] }} end
        end as {{ measure_type(measure) }}
    ) as {{ measure['name'] }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The measures of a grain by name, as another table carries them. #}
{% macro measure_names(grain, relation='') -%}
    {%- for measure in measures(grain) %}
    {{ relation ~ '.' if relation }}{{ measure['name'] }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Every ratio of a grain, from the measures of the same row, with its interval where it has one. #}
{% macro ratio_columns(grain) -%}
    {%- for metric in ratios(grain) %}
    {{ ratio(metric['numerator'], metric['denominator'], metric.get('scale', 1)) }} as {{ metric['name'] }}
    {%- if metric.get('interval') %},
    {{ interval_low(metric['numerator'], metric['denominator']) }} as {{ metric['name'] }}_low,
    {{ interval_high(metric['numerator'], metric['denominator']) }} as {{ metric['name'] }}_high
    {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
