-- Which start hours and lengths draw a creator more views an hour than usual, shrunk to the market.
-- Grain: one row per creator, slot_kind and slot, of creators who tried at least two of the kind.
{{ config(meta={'key': ['creator_id', 'slot_kind', 'slot']}) }}

with cells as (
    select
        *,
        count(*) over slot_of_market as creators,
        sum(own_lift) over slot_of_market as sum_of_lifts
    from {{ ref('int_slot_cells') }}
    window slot_of_market as (
        partition by market, slot_kind, slot order by own_lift
        rows between unbounded preceding and unbounded following
    )
),

variances as (
    select * from {{ ref('int_slot_variances') }}
),

-- The slot's mean over the other creators; none tried it: no lift is expected.
expected as (
    select
        cells.*,
        variances.live_variance,
        variances.creator_variance,
        coalesce({{ ratio('cells.sum_of_lifts - cells.own_lift', 'cells.creators - 1') }}, 0)
            as market_lift,
        {{ ratio('variances.live_variance', 'cells.lives') }} as chance_variance
    from cells
    left join variances
        on cells.market = variances.market and cells.slot_kind = variances.slot_kind
),

-- Normal shrinkage (Efron & Morris 1975): the more LIVEs, the more their own mean weighs.
weighed as (
    select
        *,
        {{ ratio('creator_variance', 'creator_variance + chance_variance') }} as own_weight
    from expected
),

-- Its variance with that of the market's mean in it (Morris 1983).
shrunk as (
    select
        *,
        market_lift + own_weight * (own_lift - market_lift) as log_lift,
        1.96 * sqrt(
            own_weight * chance_variance
            + (1 - own_weight) * (1 - own_weight)
            * {{ ratio('creator_variance + chance_variance', 'creators') }}
        ) as log_margin
    from weighed
)

select
    -- keys
    creator_id,
    slot_kind,
    slot,

    -- attributes
    market,

    -- measures
    lives,
    creators as slot_creators,
    own_weight,
    exp(log_lift) as slot_lift,
    exp(log_lift - log_margin) as slot_lift_low,
    exp(log_lift + log_margin) as slot_lift_high,
    case
        when log_lift is not null
            then
                {{ whole(
                    'row_number() over (partition by creator_id, slot_kind'
                    ' order by log_lift desc nulls last, slot)'
                ) }}
    end as slot_rank,

    -- flags
    log_lift - log_margin > 0 as is_surely_better
from shrunk
