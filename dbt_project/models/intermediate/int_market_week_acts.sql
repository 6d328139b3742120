-- What the acts count in the LIVEs of a market that started in a week.
-- Grain: one row per market_key and report_week with acts, the unknown market being ''.
{{ config(materialized='rebuilt', rebuilt_by=['market_key', 'report_week']) }}

with lives as (
    select * from {{ ref('int_live_inputs') }}
    where {{ is_rebuilt_by(['market_key', 'report_week']) }}
),

sums as (
    select
        lives.market_key,
        lives.report_week,
        {{ summed_measures('MK') }}
    from {{ ref('int_live_acts') }} as acts
    inner join lives on acts.live_id = lives.live_id
    group by lives.market_key, lives.report_week
),

-- Who came to two LIVEs is one person.
people as (
    select
        lives.market_key,
        lives.report_week,
        {{ distinct_measures('MK') }}
    from {{ ref('int_acts') }} as acts
    inner join lives on acts.live_id = lives.live_id
    group by lives.market_key, lives.report_week
)

select
    sums.*,
    {{ distinct_names('MK', 'people') }}
from sums
inner join people on sums.market_key = people.market_key and sums.report_week = people.report_week
