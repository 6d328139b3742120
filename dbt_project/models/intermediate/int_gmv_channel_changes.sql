-- What moved a channel's GMV from a creator's LIVE or week to the next: rates within, and the mix.
-- Grain: one row per period (live or week), creator_id, period_id and channel at either end.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['creator_id', 'period_id'],
    rebuilt_in='intermediate.int_rebuilt_periods'
) }}

with changes as (
    select * from {{ ref('int_gmv_changes') }}
    where
        gmv is not null
        and gmv_before is not null
        and {{ is_rebuilt_by(['creator_id', 'period_id'], 'int_rebuilt_periods') }}
),

periods as (
    select * from {{ ref('int_gmv_periods') }}
),

channels as (
    select * from {{ ref('int_gmv_channels') }}
),

ends as (
    select
        changes.period,
        changes.creator_id,
        changes.period_id,
        changes.period_id_before,
        channels.channel
    from changes
    inner join channels
        on
            changes.period = channels.period
            and changes.creator_id = channels.creator_id
            and changes.period_id = channels.period_id
    union
    select
        changes.period,
        changes.creator_id,
        changes.period_id,
        changes.period_id_before,
        channels.channel
    from changes
    inner join channels
        on
            changes.period = channels.period
            and changes.creator_id = channels.creator_id
            and changes.period_id_before = channels.period_id
),

pairs as (
    select
        ends.*,
        ended.market,
        ended.period_start,
        ended.views as live_views,
        previous.views as live_views_before,
        case when channels.channel is null then 0 else channels.views end as views,
        case when earlier.channel is null then 0 else earlier.views end as views_before,
        case when channels.channel is null then 0 else channels.product_clicks end
            as product_clicks,
        case when earlier.channel is null then 0 else earlier.product_clicks end
            as product_clicks_before,
        case when channels.channel is null then 0 else channels.sku_orders end as sku_orders,
        case when earlier.channel is null then 0 else earlier.sku_orders end
            as sku_orders_before,
        case when channels.channel is null then 0 else channels.gmv end as gmv,
        case when earlier.channel is null then 0 else earlier.gmv end as gmv_before
    from ends
    inner join periods as ended
        on
            ends.period = ended.period
            and ends.creator_id = ended.creator_id
            and ends.period_id = ended.period_id
    inner join periods as previous
        on
            ends.period = previous.period
            and ends.creator_id = previous.creator_id
            and ends.period_id_before = previous.period_id
    left join channels
        on
            ends.period = channels.period
            and ends.creator_id = channels.creator_id
            and ends.period_id = channels.period_id
            and ends.channel = channels.channel
    left join channels as earlier
        on
            ends.period = earlier.period
            and ends.creator_id = earlier.creator_id
            and ends.period_id_before = earlier.period_id
            and ends.channel = earlier.channel
),

stepped as (
    select
        period,
        creator_id,
        period_id,
        channel,
        market,
        period_start,
        period_id_before,
        gmv,
        gmv_before,
        {{ gmv_split_method(is_channel=true) }} as split_method,
        {{ log_mean('gmv', 'gmv_before') }} as log_mean,
        {{ filled_gmv_steps(is_channel=true) }}
    from pairs
)

select
    *,
    {{ split_terms(gmv_steps(is_channel=true), 'gmv_decomposition') }},
    case
        when split_method is null then cast(gmv as double) - cast(gmv_before as double) else 0
    end as gmv_decomposition_unlinked
from stepped
