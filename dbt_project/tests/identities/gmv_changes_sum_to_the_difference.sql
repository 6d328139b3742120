-- METRICS 9: the terms sum to the difference, to 1e-9 of the money that moves in the row. A small
-- difference of big ends is no reason to ask for more digits than a DOUBLE of the ends has.
with summed as (
    select
        period_id,
        creator_id,
        largest_step,
        cast(gmv_change as double) as gmv_change,
        {{ gmv_terms_sum() }} as terms,
        {{ gmv_terms_scale() }} as scale_of_row
    from {{ ref('gmv_changes') }}
    where split_method is not null
)

select *
from summed
where
    abs(gmv_change - terms) > 1e-9 * greatest(1, scale_of_row)
    or gmv_change is null
