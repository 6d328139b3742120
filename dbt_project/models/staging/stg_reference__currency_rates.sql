-- Dated exchange rates to USD.
-- Grain: one row per currency and rate_date.

with currency_rates as (
    select * from {{ source('raw', 'ref_currency_rates') }}
)

select
    currency,
    rate_date,
    usd_per_unit
from currency_rates
qualify {{ first_of_key('currency, rate_date') }}
