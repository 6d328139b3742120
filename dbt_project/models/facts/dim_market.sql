-- Markets of the reference data, as they were from a date on.
-- Grain: one row per market and valid_from.
{{ config(meta={'key': ['market', 'valid_from']}) }}

with markets as (
    select * from {{ ref('stg_reference__markets') }}
)

select
    market,
    valid_from,
    region,
    reporting_timezone,
    currency
from markets
