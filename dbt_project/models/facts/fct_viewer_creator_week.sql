-- Who was with which creator in which week: the basis of retention and loyalty.
-- Grain: one row per viewer, creator and report_week with a view.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['creator_id', 'report_week'],
    lists=['viewer_id', 'creator_id'],
    meta={'key': ['viewer_id', 'creator_id', 'report_week']}
) }}

with lives as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('int_lives') }}
    where creator_id is not null
),

rebuilt as (
    select distinct
        creator_id,
        report_week
    from {{ ref('int_rebuilt_lives') }}
),

acts as (
    select * from {{ ref('int_acts') }}
    where phase = 'in_live' and viewer_id is not null
),

counted as (
    select
        acts.viewer_id,
        lives.creator_id,
        lives.report_week,
        min(lives.source) as source,
        count(distinct lives.live_id) filter (
            where acts.event_type = 'room_enter'
        ) as lives_watched,
        count(*) filter (where acts.event_type = 'room_enter') as views,
        sum(acts.watch_us) filter (where acts.event_type = 'room_enter') as watch_us,
        count(*) filter (
            where
            acts.event_type in (
                'comment', 'like', 'share', 'follow', 'gift', 'product_click', 'order'
            )
        ) as engaged_acts,
        count(*) filter (where acts.event_type = 'gift') as gift_events_settled,
        sum(acts.diamonds) filter (where acts.event_type = 'gift') as diamonds,
        count(*) filter (where acts.event_type = 'order') as sku_orders,
        max(
            case when acts.event_type = 'room_enter' and acts.is_first_live then 1 else 0 end
        ) as is_new
    from acts
    inner join lives on acts.live_id = lives.live_id
    inner join rebuilt
        on lives.creator_id = rebuilt.creator_id and lives.report_week = rebuilt.report_week
    where acts.has_view
    group by acts.viewer_id, lives.creator_id, lives.report_week
)

select
    -- keys
    viewer_id,
    creator_id,
    report_week,

    -- measures
    lives_watched,
    views,
    cast(watch_us as double) / 1000000 as total_watch_sec,
    engaged_acts,
    gift_events_settled,
    {{ whole('diamonds') }} as diamonds,
    sku_orders,

    -- flags
    is_new = 1 as is_new_to_creator,
    source = 'webcast' as is_lower_bound
from counted
where views > 0
