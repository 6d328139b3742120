-- What a creator must reach for a share of the diamonds' value on top (Scaled LIVE Rewards).
-- Grain: one row per market, rule_id and valid_from.

with reward_rules as (
    select * from {{ source('raw', 'ref_reward_rules') }}
)

select
    market,
    rule_id,
    metric,
    threshold,
    reward_share,
    coalesce(valid_from, date '0001-01-01') as valid_from
from reward_rules
qualify {{ first_of_key('market, rule_id') }}
