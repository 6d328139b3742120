{{ config(meta={'dagster': {'ref': {'name': 'fct_gift'}}}) }}
-- METRICS 15.9: diamonds and coins of settled gifts are at most the naive sum over all messages.
-- A message without a price of its own makes the naive sum of its LIVE unknown.
with dump_gifts as (
    select
        live_id,
        sum(diamonds) as naive_diamonds,
        sum(coins) as naive_coins
    from {{ source('raw', 'events') }}
    where event_type = 'gift' and {{ is_rebuilt() }}
    group by live_id
),

frames as (
    select
        live_id,
        case
            when count(*) = count(diamond_count)
                then
                    sum(
                        diamond_count
                        * greatest(coalesce(repeat_count, 1), 1)
                        * greatest(coalesce(group_count, 1), 1)
                    )
        end as naive_coins
    from {{ source('raw', 'webcast_messages') }}
    where kind = 'gift' and {{ is_rebuilt() }}
    group by live_id
),

settled as (
    select
        live_id,
        sum(diamonds) as settled_diamonds,
        sum(coins) as settled_coins
    from {{ ref('fct_gift') }}
    where {{ is_rebuilt() }}
    group by live_id
)

select
    settled.live_id,
    settled.settled_diamonds,
    dump_gifts.naive_diamonds,
    settled.settled_coins,
    coalesce(frames.naive_coins, dump_gifts.naive_coins) as naive_coins
from settled
left join dump_gifts on settled.live_id = dump_gifts.live_id
left join frames on settled.live_id = frames.live_id
where
    settled.settled_diamonds > dump_gifts.naive_diamonds
    or settled.settled_coins > coalesce(frames.naive_coins, dump_gifts.naive_coins)
