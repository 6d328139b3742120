-- Products, each row valid from its date on.
-- Grain: one row per product_id and valid_from.

with products as (
    select * from {{ source('raw', 'ref_products') }}
)

select
    product_id,
    title,
    category,
    theme,
    list_price_minor,
    currency,
    is_flagship,
    coalesce(valid_from, date '0001-01-01') as valid_from
from products
qualify {{ first_of_key('product_id') }}
