-- Creators seen in LIVEs or in the reference data, as they were from a date on.
-- Grain: one row per creator_id and valid_from; valid_to is the day before the next row.
{{ config(meta={'key': ['creator_id', 'valid_from']}) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where creator_id is not null
),

creators as (
    select * from {{ ref('stg_reference__creators') }}
),

seen as (
    select
        creator_id,
        min(live_start_ts) as first_live_ts,
        max(live_start_ts) as last_live_ts,
        min(market) as market
    from lives
    group by creator_id
)

select
    coalesce(creators.creator_id, seen.creator_id) as creator_id,
    coalesce(creators.valid_from, date '0001-01-01') as valid_from,
    cast(
        lead(creators.valid_from) over (
            partition by creators.creator_id order by creators.valid_from
        ) - interval '1' day as date
    ) as valid_to,
    creators.handle,
    coalesce(creators.market, seen.market) as market,
    creators.category,
    creators.agency_id,
    creators.joined_date,
    seen.first_live_ts,
    seen.last_live_ts
from creators
full outer join seen on creators.creator_id = seen.creator_id
