-- METRICS 9: the terms sum to the difference, to 1e-9 of the money that moves in the row. A small
-- difference of big ends is no reason to ask for more digits than a DOUBLE of the ends has.
with summed as (
    select
        period_id,
        creator_id,
        cast(gmv_change as double) as gmv_change,
        {% for step in gmv_steps() %}gmv_decomposition_{{ step }}{{ ' + ' if not loop.last }}{% endfor %} as terms,
        greatest(
            1,
            cast(gmv as double),
            cast(gmv_before as double),
            {% for step in gmv_steps() %}abs(gmv_decomposition_{{ step }}){{ ', ' if not loop.last }}{% endfor %}
        ) as scale_of_row
    from {{ ref('gmv_changes') }}
    where split_method is not null
)

select *
from summed
where terms is null or abs(gmv_change - terms) > 1e-9 * scale_of_row
