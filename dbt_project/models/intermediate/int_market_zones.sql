-- The time zone in which a market is reported: the newest that was told.
-- Grain: one row per market.

with markets as (
    select * from {{ ref('stg_reference__markets') }}
)

select
    market,
    reporting_timezone
from markets
qualify row_number() over (partition by market order by valid_from desc) = 1
