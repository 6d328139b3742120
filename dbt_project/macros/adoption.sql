{# What a person did, summed over days or markets; a feed is there where every day has it. #}
{% macro sums_of_a_person() -%}
    sum(views) as views,
    sum(impressions) as impressions,
    sum(engaged_acts) as engaged_acts,
    sum(paid_acts) as paid_acts,
    sum(watch_us) as watch_us,
    sum(night_watch_us) as night_watch_us,
    min(has_impressions) as has_impressions,
    min(has_leaves) as has_leaves,
    min(has_zone) as has_zone
{%- endmacro %}

{# The days of a person, of rows of a day each. #}
{% macro days_of_a_person() -%}
    count(watch_us) as viewer_days,
    count(*) filter (
        where watch_us > {{ whole(1000000) }} * {{ parameter('over_viewing_sec') }}
    ) as over_viewing_days
{%- endmacro %}

{# Whom a person counts for in a scope. #}
{% macro scope_key() -%}
    case scope when 'market' then market_key when 'region' then region else '' end
{%- endmacro %}

{#
    Each step takes its people from the step before it, so that none can outgrow it. What a feed
    tells is unknown where one LIVE of the week lacks the feed: the rest would be too low.
#}
{% macro adoption_measures() -%}
    {%- set viewed = 'views > 0' -%}
    {%- set watched = viewed ~ ' and (watch_us is null or watch_us >= cast(1000000 as bigint) * '
        ~ parameter('live_viewer_sec') ~ ')' -%}
    case
        when min(has_impressions) = 1 then count(*) filter (where {{ viewed }} or impressions > 0)
    end as people_exposed,
    count(*) filter (where {{ viewed }}) as people_viewed,
    count(*) filter (where {{ viewed }} and engaged_acts > 0) as people_engaged,
    count(*) filter (where {{ viewed }} and paid_acts > 0) as people_paid,
    count(*) filter (where {{ watched }}) as live_viewers_wau,
    count(*) filter (where {{ watched }} and engaged_acts > 0) as live_engaged_wau,
    case
        when min(has_leaves) = 1 then cast(coalesce(sum(watch_us), 0) as double) / 1000000
    end as total_watch_sec,
    case
        when min(has_leaves) = 1 then {{ whole('coalesce(sum(viewer_days), 0)') }}
    end as viewer_days,
    case
        when min(has_leaves) = 1 then {{ whole('coalesce(sum(over_viewing_days), 0)') }}
    end as over_viewing_days,
    case
        when min(has_leaves) = 1 and min(has_zone) = 1
            then cast(coalesce(sum(night_watch_us), 0) as double) / 1000000
    end as late_night_watch_sec
{%- endmacro %}
