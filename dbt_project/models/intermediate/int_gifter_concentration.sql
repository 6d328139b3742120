-- How unequally the diamonds spread over their senders, in a LIVE and over a creator's day.
-- Grain: one row per LIVE, and per creator and report_date (live_id is NULL), with enough gifters.
{{ config(materialized='rebuilt', rebuilt_by=['report_date']) }}

with gifter_lives as (
    select gifter_lives.*
    from {{ ref('int_gifter_lives') }} as gifter_lives
    where
        gifter_lives.report_date in (
            select rebuilt.report_date from {{ ref('int_rebuilt_lives') }} as rebuilt
        )
),

gifters as (
    select
        live_id,
        creator_id,
        report_date,
        viewer_id,
        diamonds
    from gifter_lives
    union all
    select
        cast(null as string) as live_id,
        creator_id,
        report_date,
        viewer_id,
        {{ strict_sum('diamonds') }} as diamonds
    from gifter_lives
    where creator_id is not null
    group by creator_id, report_date, viewer_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by live_id, creator_id, report_date order by diamonds, viewer_id
        ) as poorest_first,
        row_number() over (
            partition by live_id, creator_id, report_date order by diamonds desc, viewer_id asc
        ) as richest_first
    from gifters
),

-- The Gini coefficient by the sorted formula is
-- (2 * sum(i * x_i) - (n + 1) * sum(x)) / (n * sum(x)); the spread is its numerator, exact.
concentrated as (
    select
        live_id,
        creator_id,
        report_date,
        count(*) as gifters,
        count(diamonds) as known_gifters,
        2 * sum(poorest_first * diamonds) - (count(*) + 1) * sum(diamonds) as gift_spread,
        sum(diamonds) filter (where richest_first <= 1) as top1_gifter_diamonds,
        sum(diamonds) filter (where richest_first <= 10) as top10_gifter_diamonds
    from ranked
    group by live_id, creator_id, report_date
)

select
    live_id,
    creator_id,
    report_date,
    {{ whole('gift_spread') }} as gift_spread,
    {{ whole('top1_gifter_diamonds') }} as top1_gifter_diamonds,
    {{ whole('top10_gifter_diamonds') }} as top10_gifter_diamonds
from concentrated
where gifters = known_gifters and gifters >= {{ parameter('min_gifters') }}
