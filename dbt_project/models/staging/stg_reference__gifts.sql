-- Gifts with their price in coins, each row valid from its date on.
-- Grain: one row per gift_id and valid_from.

with gifts as (
    select * from {{ source('raw', 'ref_gifts') }}
)

select
    gift_id,
    name,
    coins,
    is_streakable,
    coalesce(valid_from, date '0001-01-01') as valid_from
from gifts
qualify {{ first_of_key('gift_id') }}
