-- What the acts count in the LIVEs that a creator started on a day.
-- Grain: one row per creator_id and report_date with acts.
{{ config(materialized='rebuilt', rebuilt_by=['creator_id', 'report_date']) }}

with acts as (
    select * from {{ ref('int_acts') }}
),

lives as (
    select * from {{ ref('int_live_inputs') }}
    where
        (creator_id, report_date) in (
            select
                rebuilt.creator_id,
                rebuilt.report_date
            from {{ ref('int_rebuilt_lives') }} as rebuilt
        )
)

select
    lives.creator_id,
    lives.report_date,
    {{ aggregated_measures('CD') }}
from acts
inner join lives on acts.live_id = lives.live_id
group by lives.creator_id, lives.report_date
