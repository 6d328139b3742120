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
    Of several LIVEs (CD, CW, MK) people and distinct are counted from the acts, all others are summed
    over the LIVEs (int_live_acts), so each of those is a measure of a LIVE (S), too.
    `swept` names the grain at which a sweep over the views gives it instead.
    `where` narrows the acts; the phase is in_live unless `phase` says otherwise.

    A ratio is scale * numerator / denominator over measures of the same row.

    grains: S LIVE, M minute, C channel, A funnel (channel and audience), P product, CD creator day,
    CW creator week, MK market week, VC viewer and creator, H LIVE against its history, CO cohort of
    viewers, CC cohort of creators, VM viewer's market and week, PL week, DQ source and UTC day,
    F file, I promotion in a LIVE, B battle side, G creator and gifter, CP pair of creators,
    GV change of GMV, GH the same by channel, RW creator's week of rewards,
    GC creator's gifters by the week of their first gift, in a later week.
    R LIVE and reviewed metric.
    T trends of a LIVE, E effect of an event in a LIVE.
    above_one: may a value above 1 be right? no (hard), warn, yes, none (it is no proportion).
    null: N0 NULL where the feed is absent, else 0; ND NULL where the denominator is NULL or 0;
    NC NULL until the window has passed; NX NULL without an outside input; NS NULL on few cases.
    better: which way is good, for what ranks metrics.
    upper: the largest value that can be right, where that is not 1 by above_one; lower: 0 if not said.
    interval: of a ratio of cases (people, views, order lines) to the cases they are among: it gets
    the bounds <ratio>_low and <ratio>_high beside it (interval.sql). Not for money or seconds.
    reviewed: a ratio that the review of a LIVE ranks (macros/reviewed.sql).
#}
{% macro metric_buckets() -%}
{{ return({
    'reach': {'measures': reach_measures(), 'ratios': reach_ratios()},
    'engage': {'measures': engage_measures(), 'ratios': engage_ratios()},
    'convert': {'measures': convert_measures(), 'ratios': convert_ratios()},
    'promote': {'measures': promote_measures(), 'ratios': promote_ratios()},
    'gifting': {'measures': gifting_measures(), 'ratios': gifting_ratios()},
    'gifters': {'measures': gifters_measures(), 'ratios': gifters_ratios()},
    'battles': {'measures': battles_measures(), 'ratios': battles_ratios()},
    'loyalty': {'measures': loyalty_measures(), 'ratios': loyalty_ratios()},
    'schedule': {'measures': schedule_measures(), 'ratios': schedule_ratios()},
    'platform': {'measures': platform_measures(), 'ratios': platform_ratios()},
    'safety': {'measures': safety_measures(), 'ratios': safety_ratios()},
    'rewards': {'measures': rewards_measures(), 'ratios': rewards_ratios()},
    'changes': {'measures': changes_measures(), 'ratios': changes_ratios()},
    'room': {'measures': room_measures(), 'ratios': []},
    'review': {'measures': review_measures(), 'ratios': review_ratios()},
    'dips': {'measures': dips_measures(), 'ratios': dips_ratios()},
    'quality': {'measures': quality_measures(), 'ratios': quality_ratios()},
}) }}
{%- endmacro %}

{# The definitions of one kind, at one grain or at all. #}
{% macro metrics_of(kind, grain) -%}
    {%- set found = [] -%}
    {%- for bucket in metric_buckets().values() -%}
        {%- for metric in bucket[kind] -%}
            {%- if grain is none or grain in metric['grains'].split() -%}
                {%- do found.append(metric) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro measures(grain=none) -%}
    {{ return(metrics_of('measures', grain)) }}
{%- endmacro %}

{% macro ratios(grain=none) -%}
    {{ return(metrics_of('ratios', grain)) }}
{%- endmacro %}

{# Names of the catalogue without a column: each says where it stands or what it waits for. #}
{% macro waiting_metrics() -%}
    {{ return(
        promote_waiting_metrics() + gifters_waiting_metrics()
        + schedule_waiting_metrics() + elsewhere_metrics()
    ) }}
{%- endmacro %}
