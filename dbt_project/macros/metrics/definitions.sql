{#
    The metric definitions, each once: bucket by bucket in this folder, put together here.

    A measure is counted from the acts of a LIVE (int_acts), at any grain, by one of these ways:
      count       acts
      people      distinct viewers
      distinct    distinct values of `of`
      sum         of `of`; absent values count nothing
      strict_sum  of `of`, NULL where one value is unknown
      seconds     sum of microseconds in `of`, as seconds
      maximum     of `of`
      model       in the model of its table; `sql` says how
    `swept` names the grain at which a sweep over the views gives it instead.
    `where` narrows the acts; the phase is in_live unless `phase` says otherwise.

    A ratio is scale * numerator / denominator over measures of the same row.

    grains: S LIVE, M minute, C channel, A funnel (channel and audience), P product, CD creator day,
    CW creator week, MK market week, VC viewer and creator in a week, H LIVE against its history.
    VM viewer's market and week, PL week, DQ source and UTC day, F file.
    above_one: may a value above 1 be right? no (hard), warn, yes, none (it is no proportion).
    null: N0 NULL where the feed is absent, else 0; ND NULL where the denominator is NULL or 0;
    NC NULL until the window has passed; NX NULL without an outside input; NS NULL on few cases.
    better: which way is good, for what ranks metrics.
#}
{% macro measures(grain=none) -%}
    {%- set found = [] -%}
    {%- for measure in reach_measures() + engage_measures() + convert_measures()
        + gifting_measures() + safety_measures()
        + schedule_measures() + platform_measures() + quality_measures() -%}
        {%- if grain is none or grain in measure['grains'].split() -%}
            {%- do found.append(measure) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro ratios(grain=none) -%}
    {%- set found = [] -%}
    {%- for ratio in reach_ratios() + engage_ratios() + convert_ratios() + gifting_ratios()
        + safety_ratios() + schedule_ratios() + platform_ratios() + quality_ratios() -%}
        {%- if grain is none or grain in ratio['grains'].split() -%}
            {%- do found.append(ratio) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The bucket that a metric is defined in. #}
{% macro metric_bucket(name) -%}
    {%- set buckets = {
        'reach': reach_measures() + reach_ratios(),
        'engage': engage_measures() + engage_ratios(),
        'convert': convert_measures() + convert_ratios(),
        'gifting': gifting_measures() + gifting_ratios(),
        'safety': safety_measures() + safety_ratios(),
        'schedule': schedule_measures() + schedule_ratios(),
        'platform': platform_measures() + platform_ratios(),
        'quality': quality_measures() + quality_ratios(),
    } -%}
    {%- for bucket, metrics in buckets.items() if name in metrics | map(attribute='name') -%}
        {{ bucket }}
    {%- endfor -%}
{%- endmacro %}
