-- The rates of a currency to USD, each from its date up to that of the next one.
-- Grain: one row per currency and rate_date.
{{ config(materialized='compared', lists=['currency', 'rate_date', 'next_rate_date']) }}

select
    currency,
    rate_date,
    coalesce(
        lead(rate_date) over (partition by currency order by rate_date), date '9999-12-31'
    ) as next_rate_date,
    usd_per_unit
from {{ ref('stg_reference__currency_rates') }}
