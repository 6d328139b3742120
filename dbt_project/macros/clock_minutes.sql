{#
    Clock minutes from one time to a later one: 1 from 10:00:59 to 10:01:00. Below zero is none,
    NULL where a time is unknown; greatest() would make that 0 too.
#}
{% macro clock_minutes(earlier, later) -%}
    {%- set microseconds = microseconds_between(
        "date_trunc('minute', " ~ earlier ~ ')', "date_trunc('minute', " ~ later ~ ')'
    ) -%}
    cast(
        case
            when {{ later }} < {{ earlier }} then 0
            else {{ ratio(microseconds, '60000000') }}
        end as bigint
    )
{%- endmacro %}
