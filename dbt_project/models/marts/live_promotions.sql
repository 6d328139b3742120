-- Promotions in a LIVE, with ratios.
-- Grain: one row per LIVE, kind, promotion and start.
{{ config(materialized='shown', meta={'key': ['live_id', 'kind', 'subject_id', 'start_ts']}) }}

with promotions as (
    select * from {{ ref('fct_live_promotion') }}
)

select
    -- keys
    live_id,
    kind,
    subject_id,
    start_ts,
    creator_id,

    -- attributes
    product_id,
    promo_task,

    -- measures
    {{ measure_names('I') }},

    -- ratios
    {{ ratio_columns('I') }},

    -- flags
    is_end_inferred,

    -- times
    end_ts,
    report_date
from promotions
