-- Products of the reference data, as they were from a date on.
-- Grain: one row per product_id and valid_from.
{{ config(meta={'key': ['product_id', 'valid_from']}) }}

with products as (
    select * from {{ ref('stg_reference__products') }}
)

select
    product_id,
    valid_from,
    title,
    category,
    theme,
    list_price_minor,
    currency,
    is_flagship
from products
