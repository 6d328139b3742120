-- What the acts count in the LIVEs that a creator started on a day.
-- Grain: one row per creator_id and report_date with acts.
{{ config(materialized='rebuilt', rebuilt_by=['creator_id', 'report_date']) }}

with lives as (
    select * from {{ ref('int_live_inputs') }}
    where {{ is_rebuilt_by(['creator_id', 'report_date']) }}
),

sums as (
    select
        lives.creator_id,
        lives.report_date,
        {{ summed_measures('CD') }}
    from {{ ref('int_live_acts') }} as acts
    inner join lives on acts.live_id = lives.live_id
    group by lives.creator_id, lives.report_date
),

-- Who came to two LIVEs is one person.
people as (
    select
        lives.creator_id,
        lives.report_date,
        {{ distinct_measures('CD') }}
    from {{ ref('int_acts') }} as acts
    inner join lives on acts.live_id = lives.live_id
    group by lives.creator_id, lives.report_date
)

select
    sums.*,
    {{ distinct_names('CD', 'people') }}
from sums
inner join people on sums.creator_id = people.creator_id and sums.report_date = people.report_date
