-- Who gifted to which creator while LIVEs ran, how much and when.
-- Grain: one row per creator_id and viewer_id with a gift.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['creator_id'],
    rebuilt_in='changes.int_gifter_lives',
    meta={'key': ['creator_id', 'viewer_id']}
) }}

with gifter_lives as (
    select * from {{ ref('int_gifter_lives') }}
    where {{ is_listed(['creator_id'], listed_in('int_gifter_lives')) }}
),

gifters as (
    select
        creator_id,
        viewer_id,
        {{ summed_measures('G') }},
        count(*) as lives_gifted,
        min(first_gift_ts) as first_gift_ts,
        max(last_gift_ts) as last_gift_ts
    from gifter_lives
    group by creator_id, viewer_id
),

creators as (
    select
        creator_id,
        {{ strict_sum('diamonds') }} as creator_diamonds
    from gifters
    group by creator_id
)

select
    -- keys
    gifters.creator_id,
    gifters.viewer_id,

    -- measures
    gifters.gift_events_settled,
    {{ whole('gifters.gifts_sent') }} as gifts_sent,
    {{ whole('gifters.coins_spent') }} as coins_spent,
    {{ whole('gifters.diamonds') }} as diamonds,
    {{ whole('creators.creator_diamonds') }} as creator_diamonds,
    gifters.lives_gifted,

    -- times
    gifters.first_gift_ts,
    gifters.last_gift_ts
from gifters
inner join creators on gifters.creator_id = creators.creator_id
