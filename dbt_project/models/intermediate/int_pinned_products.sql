-- The products that the pins of a LIVE name.
-- Grain: one row per live_id and product_id.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='staging.stg_nights__touched_lives'
) }}

with pins as (
    select * from {{ ref('int_sparse_events') }}
    where
        event_type = 'product_pin'
        and product_id is not null
        and {{ is_rebuilt(listed='stg_nights__touched_lives') }}
)

select distinct
    live_id,
    product_id
from pins
