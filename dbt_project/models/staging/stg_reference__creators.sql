-- Creators, each row valid from its date on.
-- Grain: one row per creator_id and valid_from.

with creators as (
    select * from {{ source('raw', 'ref_creators') }}
)

select
    creator_id,
    handle,
    market,
    category,
    agency_id,
    joined_date,
    coalesce(valid_from, date '0001-01-01') as valid_from
from creators
qualify {{ first_of_key('creator_id') }}
