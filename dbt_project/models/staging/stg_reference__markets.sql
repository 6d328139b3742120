-- Markets with region, reporting time zone and currency, each row valid from its date on.
-- Grain: one row per market and valid_from.

with markets as (
    select * from {{ source('raw', 'ref_markets') }}
)

select
    market,
    region,
    reporting_timezone,
    currency,
    coalesce(valid_from, date '0001-01-01') as valid_from
from markets
qualify {{ first_of_key('market') }}
