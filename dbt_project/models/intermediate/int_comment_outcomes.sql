-- What became of the comments of a LIVE: questions answered, how quickly, comments removed.
-- Grain: one row per live_id with comments.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with events as (
    select * from {{ ref('int_events') }}
    where event_type in ('comment', 'creator_reply', 'comment_delete') and {{ is_rebuilt() }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

comments as (
    select
        events.live_id,
        events.event_id,
        events.event_ts,
        coalesce(events.is_question, false) as is_question
    from events
    inner join lives
        on
            events.live_id = lives.live_id
            and events.event_ts between lives.live_start_ts and lives.live_end_ts
    where events.event_type = 'comment'
),

outcomes as (
    select
        live_id,
        comment_event_id,
        min(event_ts) filter (where event_type = 'creator_reply') as replied_ts,
        count(*) filter (where event_type = 'comment_delete') > 0 as is_removed
    from events
    where comment_event_id is not null
    group by live_id, comment_event_id
),

judged as (
    select
        comments.live_id,
        comments.is_question,
        outcomes.replied_ts,
        coalesce(outcomes.is_removed, false) as is_removed,
        {{ microseconds_between('comments.event_ts', 'outcomes.replied_ts') }} as reply_us
    from comments
    left join outcomes
        on
            comments.live_id = outcomes.live_id
            and comments.event_id = outcomes.comment_event_id
)

select
    live_id,
    count(*) filter (where is_question) as questions,
    count(*) filter (where is_question and replied_ts is not null) as questions_replied,
    count(*) filter (where is_removed) as comments_removed,
    percentile_cont(0.5) within group (order by cast(reply_us as double))
    / 1000000 as median_reply_sec
from judged
group by live_id
