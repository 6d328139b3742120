{# What the weekly review looks at: the reviewed ratios, and what the account came to in the week. #}
{% macro account_totals() -%}
    {{ return(['views', 'gmv', 'new_follows_gross', 'diamonds']) }}
{%- endmacro %}

{% macro account_review_table() -%}
    {{ reviewed_table() }}
    {%- for total in account_totals() %}
    union all
    select
        '{{ total }}' as metric,
        'account' as bucket,
        'higher' as better,
        1 as direction
    {%- endfor %}
{%- endmacro %}

{# A total of a week that still runs is no value yet. #}
{% macro account_review_value(week_has_passed) -%}
    coalesce(
        {{ reviewed_value() }},
        case
            when {{ week_has_passed }}
                then
                    case metric
                        {%- for total in account_totals() %}
                        when '{{ total }}' then cast({{ total }} as double)
                        {%- endfor %}
                    end
        end
    )
{%- endmacro %}

{# Sum of a column of the creator's days, and on how many it is known, on both sides of a LIVE's day. #}
{% macro before_and_after(total) -%}
    count(case when days.report_date < windows.report_date then days.{{ total }} end)
        as {{ total }}_known_before,
    sum(case when days.report_date < windows.report_date then days.{{ total }} end)
        as {{ total }}_before,
    count(case when days.report_date > windows.report_date then days.{{ total }} end)
        as {{ total }}_known_after,
    sum(case when days.report_date > windows.report_date then days.{{ total }} end)
        as {{ total }}_after
{%- endmacro %}
