-- What the acts count in the LIVEs of a market that started in a week.
-- Grain: one row per market_key and report_week with acts, the unknown market being ''.
{{ config(materialized='rebuilt', rebuilt_by=['market_key', 'report_week']) }}

with acts as (
    select * from {{ ref('int_acts') }}
),

lives as (
    select * from {{ ref('int_live_inputs') }}
    where
        (market_key, report_week) in (
            select
                rebuilt.market_key,
                rebuilt.report_week
            from {{ ref('int_rebuilt_lives') }} as rebuilt
        )
)

select
    lives.market_key,
    lives.report_week,
    {{ aggregated_measures('MK') }}
from acts
inner join lives on acts.live_id = lives.live_id
group by lives.market_key, lives.report_week
