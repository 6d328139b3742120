-- What the acts count in the LIVEs that a creator started in a week.
-- Grain: one row per creator_id and report_week with acts.
{{ config(materialized='rebuilt', rebuilt_by=['creator_id', 'report_week']) }}

with lives as (
    select * from {{ ref('int_live_inputs') }}
    where {{ is_rebuilt_by(['creator_id', 'report_week']) }}
),

sums as (
    select
        lives.creator_id,
        lives.report_week,
        {{ summed_measures('CW') }}
    from {{ ref('int_live_acts') }} as acts
    inner join lives on acts.live_id = lives.live_id
    group by lives.creator_id, lives.report_week
),

-- Who came to two LIVEs is one person.
people as (
    select
        lives.creator_id,
        lives.report_week,
        {{ distinct_measures('CW') }}
    from {{ ref('int_acts') }} as acts
    inner join lives on acts.live_id = lives.live_id
    group by lives.creator_id, lives.report_week
)

select
    sums.*,
    {{ distinct_names('CW', 'people') }}
from sums
inner join people on sums.creator_id = people.creator_id and sums.report_week = people.report_week
