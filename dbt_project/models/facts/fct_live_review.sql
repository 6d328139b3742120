-- The review of a LIVE: its core metrics against the market and the creator's own LIVEs.
-- Grain: one row per LIVE and reviewed metric.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_rankings',
    meta={'key': ['live_id', 'metric']}
) }}

with deviations as (
    select * from {{ ref('int_live_deviations') }}
),

last_best as (
    select * from {{ ref('int_last_best_lives') }}
),

tools as (
    select * from {{ ref('int_live_tools') }}
),

first_ranked as (
    select
        creator_id,
        min(qualifying_no) - 5 as first_no
    from deviations
    where {{ is_rebuilt(listed='int_rebuilt_rankings') }}
    group by creator_id
),

looked_at as (
    select deviations.*
    from deviations
    inner join first_ranked
        on
            deviations.creator_id = first_ranked.creator_id
            and deviations.qualifying_no >= first_ranked.first_no
),

placed as (
    select
        *,
        count(metric_dev_market) over live as comparable_metrics,
        count(metric_dev_market) over live >= {{ parameter('min_comparable_metrics') }}
            as is_ranked,
        count(metric_dev_self) over live >= {{ parameter('min_comparable_metrics') }}
            as is_own_ranked,
        row_number() over by_market as market_place,
        row_number() over by_self as self_place
    from looked_at
    window
        live as (partition by live_id),
        by_market as (partition by live_id order by metric_dev_market nulls last, metric),
        by_self as (partition by live_id order by metric_dev_self nulls last, metric)
),

ranked as (
    select
        *,
        case when is_ranked and market_place <= 3 then market_place end as worst_rank,
        case when is_own_ranked and self_place <= 3 then self_place end as worst_rank_self
    from placed
),

-- LIVEs that do not qualify stand apart: they are none of the five, and have none.
repeated as (
    select
        *,
        min(case when worst_rank is not null then bucket end) over live as first_bucket,
        max(case when worst_rank is not null then bucket end) over live as last_bucket,
        count(case when is_ranked then 1 end) over last_lives as lives_ranked,
        count(worst_rank) over last_lives as times_worst
    from ranked
    window
        live as (partition by live_id),
        last_lives as (
            partition by creator_id, metric, is_qualifying order by qualifying_no
            rows between 5 preceding and 1 preceding
        )
),

judged as (
    select
        *,
        case
            when is_qualifying and lives_ranked >= {{ parameter('min_own_lives') }}
                then times_worst
        end as repeat_offender_count_5
    from repeated
)

select
    -- keys
    judged.live_id,
    judged.metric,
    judged.creator_id,

    -- attributes
    judged.market,
    judged.category,
    judged.bucket,
    judged.better,
    case
        when not judged.is_qualifying then 'the LIVE is too short or has too few views'
        when judged.metric_value is null then 'the LIVE has no value'
        when judged.market is null then 'its market is unknown'
        when judged.market_median is null then 'too few creators to compare with'
        when judged.metric_dev_market is null then 'most LIVEs of the market have the same value'
        when not judged.is_ranked then 'too few metrics could be compared'
    end as why_not_ranked,
    last_best.last_best_live_id,
    last_best_tools.products_text as last_best_products,
    last_best_tools.pins_text as last_best_pins,
    last_best_tools.promotions_text as last_best_promotions,

    -- measures
    judged.metric_value,
    {{ whole('judged.market_creators') }} as market_creators,
    {{ whole('judged.market_lives') }} as market_lives,
    judged.market_median,
    judged.market_mad,
    judged.metric_dev_market,
    {{ whole('judged.own_lives') }} as own_lives,
    judged.own_median,
    judged.own_mad,
    judged.metric_dev_self,
    {{ whole('judged.comparable_metrics') }} as comparable_metrics,
    {{ whole('judged.worst_rank') }} as worst_rank,
    {{ whole('judged.worst_rank_self') }} as worst_rank_self,
    {{ whole('judged.repeat_offender_count_5') }} as repeat_offender_count_5,
    last_best.last_best_value,

    -- flags
    case
        when judged.is_ranked
            then
                judged.worst_rank is not null
                and judged.metric_dev_market < 0
                and judged.repeat_offender_count_5 >= {{ parameter('repeat_offender_lives') }}
    end as is_repeat_offender,
    case when judged.is_ranked then judged.first_bucket = judged.last_bucket end as same_bucket,

    -- times
    judged.live_start_ts,
    judged.report_date,
    last_best.last_best_date
from judged
left join last_best on judged.live_id = last_best.live_id and judged.metric = last_best.metric
left join tools as last_best_tools on last_best.last_best_live_id = last_best_tools.live_id
where {{ is_rebuilt('judged.live_id', 'int_rebuilt_rankings') }}
