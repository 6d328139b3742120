-- Products in a LIVE: shown, clicked, ordered, pinned.
-- Grain: one row per LIVE and product with an act or a pin.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories',
    meta={'key': ['live_id', 'product_id']}
) }}

with live_products as (
    select * from {{ ref('int_live_products') }}
    where {{ is_rebuilt(listed='int_rebuilt_histories') }}
)

select * from live_products
