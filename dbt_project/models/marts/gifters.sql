-- Who gifts to a creator: how much, since when, and which part of all diamonds.
-- Grain: one row per creator_id and viewer_id with a gift.
{{ config(materialized='shown', meta={'key': ['creator_id', 'viewer_id']}) }}

with gifters as (
    select * from {{ ref('fct_creator_gifter') }}
)

select
    -- keys
    creator_id,
    viewer_id,

    -- measures
    {{ measure_names('G') }},
    case
        when diamonds is not null
            then
                {{ whole('rank() over (partition by creator_id order by diamonds desc)') }}
    end as diamonds_rank,

    -- ratios
    {{ ratio_columns('G') }},

    -- times
    first_gift_ts,
    last_gift_ts
from gifters
