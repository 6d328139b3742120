-- The LIVEs that this night rebuilds, each as it was when the models were last built and as it is.
-- Grain: one row per live_id and state that differs.

with inputs as (
    select * from {{ ref('int_live_inputs') }}
),

built as (
    select * from {{ ref('stg_nights__built_lives') }}
),

touched as (
    select * from {{ ref('stg_nights__touched_lives') }}
),

-- New, gone, of other times or another creator, or with other entries.
moved as (
    select live_id
    from touched
    where has_entry
    union
    select inputs.live_id
    from inputs
    left join built on inputs.live_id = built.live_id
    where built.live_id is null or inputs.lives_hash <> built.lives_hash
    union
    select built.live_id
    from built
    left join inputs on built.live_id = inputs.live_id
    where inputs.live_id is null
),

-- Who came is new or not by the creator's LIVEs before, and comes back or not by the one after.
first_moved as (
    select
        coalesce(inputs.creator_id, '') as creator_key,
        min(inputs.creator_live_no) - 1 as from_live_no
    from inputs
    inner join moved on inputs.live_id = moved.live_id
    group by coalesce(inputs.creator_id, '')
),

rebuilt as (
    select live_id
    from touched
    union
    select live_id
    from moved
    union
    select inputs.live_id
    from inputs
    inner join built on inputs.live_id = built.live_id
    where inputs.inputs_hash <> built.inputs_hash
    union
    select inputs.live_id
    from inputs
    inner join first_moved
        on
            coalesce(inputs.creator_id, '') = first_moved.creator_key
            and inputs.creator_live_no >= first_moved.from_live_no
),

states as (
    select
        live_id,
        creator_id,
        market_key,
        report_date,
        report_week,
        first_date,
        last_date
    from inputs
    union
    select
        live_id,
        creator_id,
        market_key,
        report_date,
        report_week,
        first_date,
        last_date
    from built
)

select states.*
from states
inner join rebuilt on states.live_id = rebuilt.live_id
