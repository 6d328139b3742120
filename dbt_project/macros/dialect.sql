{# What DuckDB and Spark spell differently, and nothing else. #}

{# Whole microseconds from one timestamp to a later one. #}
{% macro microseconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('microseconds_between')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__microseconds_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }}))
{%- endmacro %}

{% macro spark__microseconds_between(earlier, later) -%}
    (unix_micros({{ later }}) - unix_micros({{ earlier }}))
{%- endmacro %}

{# The local date of a UTC timestamp in a time zone by name. #}
{% macro local_date(utc_ts, timezone) -%}
    {{ return(adapter.dispatch('local_date')(utc_ts, timezone)) }}
{%- endmacro %}

{% macro duckdb__local_date(utc_ts, timezone) -%}
    cast(timezone({{ timezone }}, timezone('UTC', {{ utc_ts }})) as date)
{%- endmacro %}

{% macro spark__local_date(utc_ts, timezone) -%}
    cast(from_utc_timestamp({{ utc_ts }}, {{ timezone }}) as date)
{%- endmacro %}

{# The local time of a UTC timestamp in a time zone by name. #}
{% macro local_time(utc_ts, timezone) -%}
    {{ return(adapter.dispatch('local_time')(utc_ts, timezone)) }}
{%- endmacro %}

{% macro duckdb__local_time(utc_ts, timezone) -%}
    timezone({{ timezone }}, timezone('UTC', {{ utc_ts }}))
{%- endmacro %}

{% macro spark__local_time(utc_ts, timezone) -%}
    from_utc_timestamp({{ utc_ts }}, {{ timezone }})
{%- endmacro %}

{# The day of the week, 1 for Monday. #}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday')(day)) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(day) -%}
    cast(isodow({{ day }}) as bigint)
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
    cast(weekday({{ day }}) + 1 as bigint)
{%- endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    cast({{ later }} - {{ earlier }} as bigint)
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    cast(datediff({{ later }}, {{ earlier }}) as bigint)
{%- endmacro %}

{# The date so many days before another; the number may be any SQL. #}
{% macro days_before(day, days) -%}
    {{ return(adapter.dispatch('days_before')(day, days)) }}
{%- endmacro %}

{% macro duckdb__days_before(day, days) -%}
    cast({{ day }} - cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__days_before(day, days) -%}
    date_sub({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{# The texts of a group in an order, as one text. #}
{% macro texts_in_order(text, order_by) -%}
    {{ return(adapter.dispatch('texts_in_order')(text, order_by)) }}
{%- endmacro %}

{% macro duckdb__texts_in_order(text, order_by) -%}
    string_agg({{ text }}, '; ' order by {{ order_by }})
{%- endmacro %}

{% macro spark__texts_in_order(text, order_by) -%}
    listagg({{ text }}, '; ') within group (order by {{ order_by }})
{%- endmacro %}

{# A whole number that a sum gives, in the type that every reader knows. #}
{% macro whole(expression) -%}
    cast({{ expression }} as bigint)
{%- endmacro %}

{# One row per clock minute from one minute to another, both included, as a column minute_ts. #}
{% macro minutes_between(first_minute, last_minute) -%}
    {{ return(adapter.dispatch('minutes_between')(first_minute, last_minute)) }}
{%- endmacro %}

{% macro duckdb__minutes_between(first_minute, last_minute) -%}
    unnest(generate_series({{ first_minute }}, {{ last_minute }}, interval 1 minute))
{%- endmacro %}

{% macro spark__minutes_between(first_minute, last_minute) -%}
    explode(sequence({{ first_minute }}, {{ last_minute }}, interval 1 minute))
{%- endmacro %}

{# One row per day from one date to another, both included. #}
{% macro days_from_to(first_date, last_date) -%}
    {{ return(adapter.dispatch('days_from_to')(first_date, last_date)) }}
{%- endmacro %}

{% macro duckdb__days_from_to(first_date, last_date) -%}
    cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__days_from_to(first_date, last_date) -%}
    explode(sequence({{ first_date }}, {{ last_date }}, interval 1 day))
{%- endmacro %}

{# Tells Spark where the raw tables lie as Parquet; DuckDB has them in its own file. #}
{% macro register_raw(folder) -%}
    {%- do run_query('create schema if not exists raw') -%}
    {%- for source in graph.sources.values() -%}
        {%- do run_query(
            'create table if not exists raw.' ~ source.name
            ~ " using parquet location '" ~ folder ~ '/' ~ source.name ~ "'"
        ) -%}
    {%- endfor -%}
{%- endmacro %}

{# A timestamp some whole minutes later. #}
{% macro minutes_after(ts, minutes) -%}
    {{ return(adapter.dispatch('minutes_after')(ts, minutes)) }}
{%- endmacro %}

{% macro duckdb__minutes_after(ts, minutes) -%}
    ({{ ts }} + to_minutes(cast({{ minutes }} as bigint)))
{%- endmacro %}

{% macro spark__minutes_after(ts, minutes) -%}
    timestampadd(minute, cast({{ minutes }} as int), {{ ts }})
{%- endmacro %}

{#
    The quarter of an hour in which a time in UTC lies. No market's clock shows a new hour or day,
    or is changed, within one (by the time zone database, since 2012), so that each needs to be
    asked once only what its hour and day are elsewhere: time zones are dear.
#}
{% macro quarter_hour(ts) -%}
    {{ return(adapter.dispatch('quarter_hour')(ts)) }}
{%- endmacro %}

{% macro duckdb__quarter_hour(ts) -%}
    time_bucket(interval '15' minute, {{ ts }})
{%- endmacro %}

{% macro spark__quarter_hour(ts) -%}
    timestampadd(minute, cast(minute({{ ts }}) div 15 * 15 as int), date_trunc('hour', {{ ts }}))
{%- endmacro %}

{#
    An aggregate of doubles that meets its rows in the order of their values: rounding makes every
    other order another result in the last digit. Spark takes them as its tasks end. Sorting is
    dear: for many rows there is `sum_of_trillionths`.
#}
{% macro in_order(aggregate, values) -%}
    {{ return(adapter.dispatch('in_order')(aggregate, values)) }}
{%- endmacro %}

{% macro duckdb__in_order(aggregate, values) -%}
    {{ aggregate }}({{ values }} order by {{ values }})
{%- endmacro %}

{% macro spark__in_order(aggregate, values) -%}
    {{ aggregate }}({{ values }})
{%- endmacro %}

{# A hash over whole rows of a table by its alias, the same in any order of the rows, as text. #}
{% macro rows_hash(alias) -%}
    {{ return(adapter.dispatch('rows_hash')(alias)) }}
{%- endmacro %}

{% macro duckdb__rows_hash(alias) -%}
    cast(sum(hash({{ alias }})) as string)
{%- endmacro %}

{% macro spark__rows_hash(alias) -%}
    cast(sum(cast(xxhash64({{ alias }}.*) as decimal(38, 0))) as string)
{%- endmacro %}
