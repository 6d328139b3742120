-- Why GMV changed from a creator's LIVE, or week, to the next: a term in USD for each step of it.
-- Grain: one row per period (live or week), creator_id and period_id that has one before it.
{{ config(meta={'key': ['period', 'creator_id', 'period_id']}) }}

with changes as (
    select * from {{ ref('int_gmv_changes') }}
)

select
    -- keys
    period,
    creator_id,
    period_id,

    -- attributes
    market,
    period_start,
    period_id_before,
    period_start_before,
    lives,
    lives_before,
    split_method,
    largest_step,

    -- measures
    gmv,
    gmv_before,
    cast(gmv - gmv_before as decimal(18, 2)) as gmv_change,
    {{ measure_names('GV') }},

    -- steps at both ends
    {{ gmv_step_columns() }}
from changes
