-- What moved the GMV from a creator's LIVE or week to the next one: a term for each step.
-- Grain: one row per period (live or week), creator_id and period_id that has one before it.

with periods as (
    select * from {{ ref('int_gmv_periods') }}
),

pairs as (
    select
        ended.*,
        {%- for count in gmv_step_counts() %}
        previous.{{ count }} as {{ count }}_before,
        {%- endfor %}
        previous.period_id as period_id_before,
        previous.period_start as period_start_before,
        previous.lives as lives_before
    from periods as ended
    inner join periods as previous
        on
            ended.period = previous.period
            and ended.creator_id = previous.creator_id
            and ended.period_no = previous.period_no + 1
    where ended.has_ended
),

stepped as (
    select
        period,
        creator_id,
        period_id,
        market,
        period_start,
        period_id_before,
        period_start_before,
        lives,
        lives_before,
        gmv,
        gmv_before,
        {{ gmv_split_method() }} as split_method,
        {{ log_mean('gmv', 'gmv_before') }} as log_mean,
        {{ filled_gmv_steps() }}
    from pairs
),

split as (
    select
        *,
        {{ split_terms(gmv_steps(), 'gmv_decomposition') }}
    from stepped
)

select
    *,
    {{ largest_term(gmv_steps(), 'gmv_decomposition') }} as largest_step
from split
