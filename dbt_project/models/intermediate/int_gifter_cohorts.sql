-- The gifters of a LIVE: who had never gifted to the creator, and who did so again within 30 days.
-- Grain: one row per live_id with gifters and a known creator.

with gifter_lives as (
    select * from {{ ref('int_gifter_lives') }}
    where creator_id is not null
),

lives as (
    select
        live_id,
        live_end_ts,
        live_end_ts + interval '30' day as window_end_ts
    from {{ ref('int_lives') }}
),

gifters as (
    select
        gifter_lives.*,
        lives.live_end_ts,
        lives.window_end_ts,
        row_number() over (
            partition by gifter_lives.creator_id, gifter_lives.viewer_id
            order by gifter_lives.first_gift_ts, gifter_lives.live_id
        ) as creator_gift_live_no
    from gifter_lives
    inner join lives on gifter_lives.live_id = lives.live_id
),

-- Only a gift in another LIVE counts, after the end of this one.
repeats as (
    select distinct
        gifters.live_id,
        gifters.viewer_id
    from gifters
    inner join gifter_lives as later
        on
            gifters.creator_id = later.creator_id
            and gifters.viewer_id = later.viewer_id
            and gifters.live_id <> later.live_id
            and gifters.live_end_ts < later.last_gift_ts
            and gifters.window_end_ts >= later.first_gift_ts
)

select
    gifters.live_id,
    count(*) filter (where gifters.creator_gift_live_no = 1) as new_gifters,
    count(repeats.viewer_id) as repeat_gifters_30d
from gifters
left join repeats
    on gifters.live_id = repeats.live_id and gifters.viewer_id = repeats.viewer_id
group by gifters.live_id
