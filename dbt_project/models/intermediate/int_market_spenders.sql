-- The diamonds that the top hundredth of a market's gifters gave in a week.
-- Grain: one row per market_key ('' is the unknown one) and report_week with enough gifters.
{{ config(materialized='rebuilt', rebuilt_by=['market_key', 'report_week']) }}

with lives as (
    select * from {{ ref('int_live_inputs') }}
    where {{ is_rebuilt_by(['market_key', 'report_week']) }}
),

gifts as (
    select * from {{ ref('int_acts') }}
    where event_type = 'gift' and phase = 'in_live'
),

gifters as (
    select
        lives.market_key,
        lives.report_week,
        gifts.viewer_id,
        coalesce(sum(gifts.diamonds), 0) as diamonds
    from gifts
    inner join lives on gifts.live_id = lives.live_id
    where gifts.viewer_id is not null
    group by lives.market_key, lives.report_week, gifts.viewer_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by market_key, report_week order by diamonds desc, viewer_id asc
        ) as place,
        count(*) over (partition by market_key, report_week) as gifters
    from gifters
)

select
    market_key,
    report_week,
    {{ whole('sum(diamonds)') }} as top_gifter_diamonds
from ranked
where
    gifters >= {{ parameter('min_concentration_gifters') }}
    and place * 100 <= gifters
group by market_key, report_week
