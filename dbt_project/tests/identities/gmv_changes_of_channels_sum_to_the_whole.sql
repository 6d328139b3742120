{{ config(meta={'dagster': {'ref': {'name': 'gmv_changes'}}}) }}
-- Terms within the channels, the mix and the unlinked orders sum to the difference of the whole.
with parts as (
    select
        period,
        creator_id,
        period_id,
        sum(
            {{ gmv_terms_sum(is_channel=true) }} + coalesce(gmv_decomposition_unlinked, 0)
        ) as terms,
        sum({{ gmv_terms_scale(is_channel=true) }}) as scale_of_rows
    from {{ ref('gmv_changes_by_channel') }}
    group by period, creator_id, period_id
)

select
    parts.*,
    whole.gmv_change
from parts
inner join {{ ref('gmv_changes') }} as whole
    on
        parts.period = whole.period
        and parts.creator_id = whole.creator_id
        and parts.period_id = whole.period_id
where abs(cast(whole.gmv_change as double) - parts.terms) > 1e-9 * greatest(1, parts.scale_of_rows)
