-- Products in a LIVE, with ratios.
-- Grain: one row per LIVE and product.
{{ config(materialized='shown', meta={'key': ['live_id', 'product_id']}) }}

with products as (
    select * from {{ ref('fct_live_product') }}
)

select
    -- keys
    live_id,
    product_id,
    creator_id,

    -- attributes
    bag_position,

    -- measures
    {{ measure_names('P') }},

    -- ratios
    {{ ratio_columns('P') }},

    -- flags
    pins > 0 as is_pinned,
    {{ is_small_sample('sku_orders') }} as is_small_sample,

    -- times
    report_date
from products
