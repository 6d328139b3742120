-- When creators go live, and what the LIVEs that started then came to.
-- Grain: one row per creator, weekday and local hour of the start.
{{ config(meta={'key': ['creator_id', 'start_weekday', 'start_hour']}) }}

with sessions as (
    select
        *,
        {{ iso_weekday('report_date') }} as start_weekday,
        {{ whole('extract(hour from ' ~ local_time('live_start_ts', 'reporting_timezone') ~ ')') }}
            as start_hour
    from {{ ref('fct_live_session') }}
    where creator_id is not null
)

select
    -- keys
    creator_id,
    start_weekday,
    start_hour,

    -- measures
    count(*) as lives,
    {{ sum_of_millionths('live_duration_sec') }} as live_duration_sec,
    {{ whole(strict_sum('views')) }} as views,
    cast({{ strict_sum('cast(total_watch_sec as decimal(38, 6))') }} as double) as total_watch_sec,
    cast({{ strict_sum('gmv') }} as decimal(18, 2)) as gmv,
    {{ whole(strict_sum('diamonds')) }} as diamonds,

    -- times
    max(report_date) as last_report_date
from sessions
group by creator_id, start_weekday, start_hour
