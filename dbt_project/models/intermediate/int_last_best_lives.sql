-- The earlier LIVE of the creator in which a metric did best; of equals the latest.
-- Grain: one row per qualifying LIVE and reviewed metric, of which an earlier one has a value.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['live_id'],
    rebuilt_in='intermediate.int_rebuilt_histories'
) }}

with history as (
    select
        live_id,
        creator_id,
        metric,
        metric_value,
        qualifying_no,
        report_date,
        max(direction * metric_value) over so_far as best_so_far,
        direction * metric_value as goodness
    from {{ ref('int_review_values') }}
    where is_qualifying
    window
        so_far as (
            partition by creator_id, metric order by qualifying_no
            rows between unbounded preceding and 1 preceding
        )
)

select
    -- keys
    history.live_id,
    history.metric,

    -- attributes
    max_by(best.live_id, best.qualifying_no) as last_best_live_id,

    -- measures
    max_by(best.metric_value, best.qualifying_no) as last_best_value,

    -- times
    max_by(best.report_date, best.qualifying_no) as last_best_date
from history
inner join history as best
    on
        history.creator_id = best.creator_id
        and history.metric = best.metric
        and history.best_so_far = best.goodness
        and history.qualifying_no > best.qualifying_no
where {{ is_rebuilt('history.live_id', 'int_rebuilt_histories') }}
group by history.live_id, history.metric
