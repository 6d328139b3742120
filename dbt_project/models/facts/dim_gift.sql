-- Gifts of the reference data and of gift catalogues, as they were from a date on.
-- Grain: one row per gift_id and valid_from.
{{ config(meta={'key': ['gift_id', 'valid_from']}) }}

with gifts as (
    select * from {{ ref('stg_reference__gifts') }}
)

select
    gift_id,
    valid_from,
    name as gift_name,
    coins,
    is_streakable
from gifts
