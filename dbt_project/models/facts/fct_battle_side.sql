-- Battles, side by side: score and result as the platform says, diamonds as the gifts say.
-- Grain: one row per battle, LIVE and start (battle_id, live_id, start_ts).
{{ config(meta={'key': ['battle_id', 'live_id', 'start_ts']}) }}

with battles as (
    select * from {{ ref('fct_interval') }}
    where kind = 'battle'
),

endings as (
    select
        live_id,
        battle_id,
        score,
        result,
        event_ts
    from {{ ref('int_events') }}
    where event_type = 'battle_end'
    qualify
        row_number() over (
            partition by live_id, battle_id order by event_ts desc, event_id desc
        ) = 1
),

gifts as (
    select * from {{ ref('fct_gift') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

gifted as (
    select
        battles.subject_id,
        battles.live_id,
        battles.start_ts,
        count(*) as gift_events_settled,
        {{ strict_sum('gifts.diamonds') }} as diamonds
    from battles
    inner join gifts
        on
            battles.live_id = gifts.live_id
            and battles.start_ts <= gifts.gift_ts
            and battles.end_ts >= gifts.gift_ts
    group by battles.subject_id, battles.live_id, battles.start_ts
)

select
    -- keys
    battles.subject_id as battle_id,
    battles.live_id,
    battles.start_ts,
    battles.creator_id,

    -- attributes
    battles.side,
    endings.result,

    -- measures
    endings.score as battle_score,
    case
        when not lives.has_diamonds then null
        when gifted.live_id is null then 0
        else {{ whole('gifted.diamonds') }}
    end as battle_diamonds,
    {{ whole('coalesce(gifted.gift_events_settled, 0)') }} as battle_gift_events,

    -- flags
    battles.is_end_inferred,

    -- times
    battles.end_ts,
    battles.report_date
from battles
inner join lives on battles.live_id = lives.live_id
left join endings
    on battles.live_id = endings.live_id and battles.subject_id = endings.battle_id
left join gifted
    on
        battles.live_id = gifted.live_id
        and battles.subject_id = gifted.subject_id
        and battles.start_ts = gifted.start_ts
