{{ config(meta={'dagster': {'ref': {'name': 'metrics'}}}) }}
-- A fraction says whether it may exceed 1, and what must not does have the bound that gate 2 holds.
select
    metric,
    unit,
    above_one,
    upper_bound
from {{ ref('metrics') }}
where
    status = 'computed'
    and (
        (unit = 'fraction' and above_one = 'none')
        or (above_one = 'no' and upper_bound is distinct from 1)
        or (has_interval and above_one <> 'no')
        or (is_additive and (kind = 'ratio' or null_rule = 'NS'))
    )
