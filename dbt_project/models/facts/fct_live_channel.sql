-- LIVEs by the channel that people came through; acts that belong to no view are `unknown`.
-- Grain: one row per LIVE and channel that has acts.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories',
    meta={'key': ['live_id', 'channel']}
) }}

with lives as (
    select * from {{ ref('int_lives') }}
),

sessions as (
    select * from {{ ref('fct_live_session') }}
),

counted as (
    select * from {{ ref('int_channel_acts') }}
    where {{ is_rebuilt(listed='int_rebuilt_histories') }}
),

watch_times as (
    select * from {{ ref('int_watch_times') }}
),

first_engagements as (
    select * from {{ ref('int_first_engagements') }}
),

channel_history as (
    select * from {{ ref('int_channel_history') }}
),

own_lives as (
    select * from {{ ref('int_own_lives') }}
    where {{ is_rebuilt(listed='int_rebuilt_histories') }}
),

-- Views of the creator's last five qualifying LIVEs; NULL without any.
own_views as (
    select
        own_lives.live_id,
        {{ whole(strict_sum('sessions.views')) }} as own_live_views
    from own_lives
    inner join sessions on own_lives.own_live_id = sessions.live_id
    group by own_lives.live_id
)

select
    -- keys
    counted.live_id,
    counted.channel,
    lives.creator_id,

    -- measures
    {{ measure_columns('C', 'counted', 'live_id', 'lives') }},
    sessions.views as live_views,
    sessions.impressions as live_impressions,
    watch_times.median_watch_sec,
    watch_times.p90_watch_sec,
    first_engagements.time_to_first_engagement_sec,
    own_views.own_live_views,
    case
        when own_views.own_live_views is not null
            then {{ whole('coalesce(channel_history.own_channel_views, 0)') }}
    end as own_channel_views,

    -- times
    lives.report_date
from counted
inner join lives on counted.live_id = lives.live_id
inner join sessions on counted.live_id = sessions.live_id
left join watch_times
    on counted.live_id = watch_times.live_id and counted.channel = watch_times.channel
left join first_engagements
    on
        counted.live_id = first_engagements.live_id
        and counted.channel = first_engagements.channel
left join own_views on counted.live_id = own_views.live_id
left join channel_history
    on
        counted.live_id = channel_history.live_id
        and counted.channel = channel_history.channel
