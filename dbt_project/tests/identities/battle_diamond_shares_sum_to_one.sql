{{ config(meta={'dagster': {'ref': {'name': 'battles'}}}) }}
-- METRICS 15.7 for battles: where the diamonds of all sides are known, the shares sum to 1.
select
    battle_id,
    sum(battle_diamond_share) as diamond_shares
from {{ ref('battles') }}
group by battle_id
having abs(sum(battle_diamond_share) - 1) > 1e-9
