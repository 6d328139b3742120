-- What a battle would have brought at the pace of the minutes around it without a battle.
-- Grain: one row per battle, LIVE and start (battle_id, live_id, start_ts).
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with battles as (
    select
        battle_id,
        live_id,
        start_ts,
        end_ts,
        battle_diamonds,
        date_trunc('minute', start_ts) as first_minute_ts,
        start_ts - interval '30' minute as control_after_ts,
        end_ts + interval '30' minute as control_before_ts
    from {{ ref('int_battle_sides') }}
    where {{ is_rebuilt() }}
),

-- Seconds on air of each clock minute.
minutes as (
    select
        live_id,
        minute_ts,
        sum(segment_us) as on_air_us
    from {{ ref('int_segments') }}
    where not is_paused and {{ is_rebuilt() }}
    group by live_id, minute_ts
),

gifts as (
    select
        live_id,
        date_trunc('minute', event_ts) as minute_ts,
        count(*) as gift_events_settled,
        {{ strict_sum('diamonds') }} as diamonds
    from {{ ref('int_acts') }}
    where event_type = 'gift' and phase = 'in_live' and {{ is_rebuilt() }}
    group by live_id, date_trunc('minute', event_ts)
),

-- Minutes that any battle of the LIVE touches are no comparison.
battled as (
    select distinct
        minutes.live_id,
        minutes.minute_ts
    from minutes
    inner join battles
        on
            minutes.live_id = battles.live_id
            and minutes.minute_ts >= battles.first_minute_ts
            and minutes.minute_ts <= battles.end_ts
),

calm as (
    select
        minutes.live_id,
        minutes.minute_ts,
        minutes.on_air_us,
        case when gifts.live_id is null then 0 else gifts.diamonds end as diamonds
    from minutes
    left join battled
        on minutes.live_id = battled.live_id and minutes.minute_ts = battled.minute_ts
    left join gifts on minutes.live_id = gifts.live_id and minutes.minute_ts = gifts.minute_ts
    where battled.live_id is null and minutes.on_air_us > 0
),

matched as (
    select
        battles.battle_id,
        battles.live_id,
        battles.start_ts,
        battles.battle_diamonds,
        {{ microseconds_between('battles.start_ts', 'battles.end_ts') }} as battle_us,
        count(calm.live_id) as control_minutes,
        sum(calm.on_air_us) as control_us,
        {{ strict_sum('calm.diamonds') }} as control_diamonds
    from battles
    left join calm
        on
            battles.live_id = calm.live_id
            and battles.control_after_ts <= calm.minute_ts
            and battles.control_before_ts > calm.minute_ts
    group by
        battles.battle_id, battles.live_id, battles.start_ts, battles.end_ts,
        battles.battle_diamonds
),

judged as (
    select
        *,
        battle_diamonds is not null
        and control_diamonds is not null
        and control_minutes >= {{ parameter('min_control_minutes') }} as is_matched
    from matched
)

select
    battle_id,
    live_id,
    start_ts,
    case when is_matched then battle_diamonds end as battle_matched_diamonds,
    case when is_matched then cast(battle_us as double) / 1000000 end as battle_matched_sec,
    case when is_matched then {{ ratio('control_diamonds * battle_us', 'control_us') }} end
        as battle_expected_diamonds
from judged
