-- How much LIVEs of one slot vary, and how much creators differ about it: by the method of moments.
-- Grain: one row per market and slot_kind with creators who tried at least two slots.

with cells as (
    select * from {{ ref('int_slot_cells') }}
),

within as (
    select
        market,
        slot_kind,
        {{ ratio(in_order('sum', 'squares_within'), 'sum(lives - 1)') }} as live_variance
    from cells
    group by market, slot_kind
),

-- Distances of the creators' means from their slot's mean, less what chance alone makes of them.
distances as (
    select
        cells.market,
        cells.slot_kind,
        cells.slot,
        cells.own_lift - avg(cells.own_lift) over slot_of_market as distance,
        count(*) over slot_of_market as creators,
        {{ ratio('within.live_variance', 'cells.lives') }} as chance_variance
    from cells
    inner join within on cells.market = within.market and cells.slot_kind = within.slot_kind
    window slot_of_market as (
        partition by cells.market, cells.slot_kind, cells.slot order by cells.own_lift
        rows between unbounded preceding and unbounded following
    )
),

between_creators as (
    select
        market,
        slot_kind,
        {{ ratio(
            in_order('sum', 'distance * distance'), 'count(*) - count(distinct slot)'
        ) }}
        - {{ in_order('avg', 'chance_variance') }} as creator_variance
    from distances
    where creators > 1
    group by market, slot_kind
)

select
    within.market,
    within.slot_kind,
    within.live_variance,
    greatest(between_creators.creator_variance, 0) as creator_variance
from within
inner join between_creators
    on
        within.market = between_creators.market
        and within.slot_kind = between_creators.slot_kind
where between_creators.creator_variance is not null
