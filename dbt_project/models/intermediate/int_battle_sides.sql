-- Battles, side by side: score and result as the platform says, diamonds as the gifts say.
-- Grain: one row per battle, LIVE and start (battle_id, live_id, start_ts).
{{ config(
    materialized='rebuilt',
    rebuilt_by=['battle_id'],
    rebuilt_in='intermediate.int_rebuilt_battles'
) }}

with battles as (
    select intervals.*
    from {{ ref('int_intervals') }} as intervals
    where
        intervals.kind = 'battle'
        and intervals.subject_id in (
            select rebuilt.battle_id from {{ ref('int_rebuilt_battles') }} as rebuilt
        )
),

endings as (
    select
        live_id,
        battle_id,
        score,
        result,
        event_ts
    from {{ ref('int_sparse_events') }}
    where event_type = 'battle_end'
    qualify
        row_number() over (
            partition by live_id, battle_id order by event_ts desc, event_id desc
        ) = 1
),

opponents as (
    select
        battle_id,
        live_id,
        count(*) + 1 as sides_known,
        case when count(*) = 1 then min(opponent_live_id) end as opponent_live_id,
        case when count(*) = 1 then min(opponent_creator_id) end as opponent_creator_id
    from {{ ref('int_battle_opponents') }}
    group by battle_id, live_id
),

cross_audience as (
    select * from {{ ref('int_cross_audience_follows') }}
),

gifts as (
    select
        *,
        event_ts as gift_ts
    from {{ ref('int_acts') }}
    where event_type = 'gift'
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
),

sides as (
    select
        battles.*,
        lives.has_follows and lives.has_leaves as has_crossings,
        case
            when not lives.has_diamonds then null
            when gifted.live_id is null then 0
            else {{ whole('gifted.diamonds') }}
        end as battle_diamonds,
        coalesce(gifted.gift_events_settled, 0) as battle_gift_events
    from battles
    inner join lives on battles.live_id = lives.live_id
    left join gifted
        on
            battles.live_id = gifted.live_id
            and battles.subject_id = gifted.subject_id
            and battles.start_ts = gifted.start_ts
),

totals as (
    select
        subject_id,
        {{ strict_sum('battle_diamonds') }} as battle_diamonds_all_sides
    from sides
    group by subject_id
)

select
    -- keys
    sides.subject_id as battle_id,
    sides.live_id,
    sides.start_ts,
    sides.creator_id,

    -- attributes
    sides.side,
    endings.result,
    {{ whole('coalesce(opponents.sides_known, 1)') }} as sides_known,
    opponents.opponent_live_id,
    opponents.opponent_creator_id,

    -- measures
    endings.score as battle_score,
    sides.battle_diamonds,
    {{ whole('sides.battle_gift_events') }} as battle_gift_events,
    case
        when sides.battle_diamonds is not null and opponents.live_id is not null
            then {{ whole('totals.battle_diamonds_all_sides') }}
    end as battle_diamonds_all_sides,
    case
        when sides.has_crossings and opponents.live_id is not null
            then coalesce(cross_audience.cross_audience_follows, 0)
    end as cross_audience_follows,

    -- flags
    sides.is_end_inferred,

    -- times
    sides.end_ts,
    sides.report_date
from sides
inner join totals on sides.subject_id = totals.subject_id
left join opponents
    on sides.live_id = opponents.live_id and sides.subject_id = opponents.battle_id
left join endings
    on sides.live_id = endings.live_id and sides.subject_id = endings.battle_id
left join cross_audience
    on
        sides.live_id = cross_audience.live_id
        and sides.subject_id = cross_audience.battle_id
        and sides.start_ts = cross_audience.start_ts
