-- Weekly active users of the app by market, as they were reported last.
-- Grain: one row per market and week_start.

with active_users as (
    select * from {{ source('raw', 'ref_active_users') }}
),

reported as (
    select *
    from active_users
    qualify {{ first_of_key('market, week_start') }}
)

select
    market,
    week_start,
    weekly_active_users
from reported
qualify
    row_number() over (
        partition by market, week_start
        order by coalesce(valid_from, date '0001-01-01') desc
    ) = 1
