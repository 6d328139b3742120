-- The LIVEs whose ranking a night rebuilds: each review that was, and the creator's next five.
-- Grain: one row per live_id.

with deviations as (
    select * from {{ ref('int_live_deviations') }}
),

reviews as (
    select * from {{ ref('int_rebuilt_reviews') }}
),

spans as (
    select
        deviations.creator_id,
        min(deviations.qualifying_no) as first_no,
        max(deviations.qualifying_no) + 5 as last_no
    from deviations
    inner join reviews on deviations.live_id = reviews.live_id
    group by deviations.creator_id
)

select live_id
from reviews
union
select deviations.live_id
from deviations
inner join spans
    on
        deviations.creator_id = spans.creator_id
        and deviations.qualifying_no >= spans.first_no
        and deviations.qualifying_no <= spans.last_no
