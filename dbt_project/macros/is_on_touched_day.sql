{#
    Whether an event lies on a day of which events came, went or changed. The bounds say nothing
    more, but let DuckDB skip the rows before and after them.
#}
{% macro is_on_touched_day() -%}
    event_ts >= (
        select cast(min(first_day.event_date) as timestamp)
        from {{ ref('stg_nights__touched_days') }} as first_day
    )
    and event_ts < (
        select cast(max(last_day.event_date) as timestamp) + interval '1' day
        from {{ ref('stg_nights__touched_days') }} as last_day
    )
    and (source, cast(event_ts as date)) in (
        select
            days.source,
            days.event_date
        from {{ ref('stg_nights__touched_days') }} as days
    )
{%- endmacro %}
