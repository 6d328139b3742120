-- Products in a LIVE: shown, clicked, ordered, pinned.
-- Grain: one row per LIVE and product with an act or a pin.
{{ config(meta={'key': ['live_id', 'product_id']}) }}

with live_products as (
    select * from {{ ref('int_live_products') }}
)

select * from live_products
