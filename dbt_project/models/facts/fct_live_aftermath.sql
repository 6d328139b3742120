-- What changed for the account after a LIVE: the seven days after its day beside the seven before.
-- Grain: one row per LIVE of a known creator (live_id).
{{ config(meta={'key': ['live_id']}) }}

with sessions as (
    select * from {{ ref('fct_live_session') }}
),

days as (
    select * from {{ ref('fct_creator_day') }}
),

counts as (
    select * from {{ ref('int_followers_around') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

first_day as (
    select min(report_date) as first_date
    from sessions
),

-- A day has passed everywhere a day after it; nobody knows what came before the data.
windows as (
    select
        sessions.live_id,
        sessions.creator_id,
        sessions.report_date,
        sessions.live_start_ts,
        {{ days_before('sessions.report_date', '7') }} as from_date,
        {{ days_before('sessions.report_date', '-7') }} as to_date,
        {{ days_before('sessions.report_date', '7') }} >= first_day.first_date as has_before,
        {{ days_before('cast(as_of.as_of_ts as date)', '9') }} >= sessions.report_date as has_after
    from sessions
    cross join as_of
    cross join first_day
    where sessions.creator_id is not null
),

-- Days without a LIVE have no row and bring nothing.
sums as (
    select
        windows.live_id,
        count(case when days.report_date < windows.report_date then 1 end) as days_before,
        count(case when days.report_date > windows.report_date then 1 end) as days_after,
        {{ before_and_after('views') }},
        {{ before_and_after('gmv') }},
        {{ before_and_after('new_follows_gross') }}
    from windows
    left join days
        on
            windows.creator_id = days.creator_id
            and windows.from_date <= days.report_date
            and windows.to_date >= days.report_date
    group by windows.live_id
)

select
    -- keys
    windows.live_id,
    windows.creator_id,

    -- measures
    {%- for total in ('views', 'gmv', 'new_follows_gross') %}
    {%- set type = 'decimal(18, 2)' if total == 'gmv' else 'bigint' %}
    cast(
        case
            when windows.has_before and sums.days_before = sums.{{ total }}_known_before
                then coalesce(sums.{{ total }}_before, 0)
        end as {{ type }}
    ) as {{ total }}_7d_before,
    cast(
        case
            when windows.has_after and sums.days_after = sums.{{ total }}_known_after
                then coalesce(sums.{{ total }}_after, 0)
        end as {{ type }}
    ) as {{ total }}_7d_after,
    {%- endfor %}
    counts.followers_7d_before,
    counts.followers_at_start,
    case when windows.has_after then counts.followers_7d_after end as followers_7d_after,

    -- times
    windows.live_start_ts,
    windows.report_date
from windows
inner join sums on windows.live_id = sums.live_id
left join counts on windows.live_id = counts.live_id
