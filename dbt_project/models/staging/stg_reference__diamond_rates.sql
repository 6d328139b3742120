-- What a diamond is worth in USD in a market, each row valid from its date on.
-- Grain: one row per market and valid_from.

with diamond_rates as (
    select * from {{ source('raw', 'ref_diamond_rates') }}
)

select
    market,
    usd_per_diamond,
    coalesce(valid_from, date '0001-01-01') as valid_from
from diamond_rates
qualify {{ first_of_key('market') }}
