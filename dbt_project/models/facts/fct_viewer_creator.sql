-- Who was ever with which creator: visits from the first to the last, and how far apart.
-- Grain: one row per viewer and creator with a view.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['viewer_id', 'creator_id'],
    rebuilt_in='intermediate.int_rebuilt_pairs',
    meta={'key': ['viewer_id', 'creator_id']}
) }}

with rebuilt as (
    select * from {{ ref('int_rebuilt_pairs') }}
),

visits as (
    select * from {{ ref('int_visits') }}
),

weeks as (
    select * from {{ ref('fct_viewer_creator_week') }}
),

-- LIVEs that overlap are visited in any order.
gaps as (
    select
        visits.viewer_id,
        visits.creator_id,
        visits.entered_ts,
        abs({{ microseconds_between('visits.previous_entered_ts', 'visits.entered_ts') }}) as gap_us
    from visits
    inner join rebuilt
        on visits.viewer_id = rebuilt.viewer_id and visits.creator_id = rebuilt.creator_id
),

visited as (
    select
        viewer_id,
        creator_id,
        min(entered_ts) as first_visit_ts,
        max(entered_ts) as last_visit_ts,
        count(*) as lives_watched,
        percentile_cont(0.5) within group (order by cast(gap_us as double)) as median_gap_us
    from gaps
    group by viewer_id, creator_id
),

summed as (
    select
        weeks.viewer_id,
        weeks.creator_id,
        sum(weeks.views) as views,
        sum(weeks.engaged_acts) as engaged_acts,
        sum(weeks.gift_events_settled) as gift_events_settled,
        max(case when weeks.is_lower_bound then 1 else 0 end) = 1 as is_lower_bound
    from weeks
    inner join rebuilt
        on weeks.viewer_id = rebuilt.viewer_id and weeks.creator_id = rebuilt.creator_id
    group by weeks.viewer_id, weeks.creator_id
)

select
    -- keys
    visited.viewer_id,
    visited.creator_id,

    -- measures
    visited.lives_watched,
    {{ whole('summed.views') }} as views,
    {{ whole('summed.engaged_acts') }} as engaged_acts,
    {{ whole('summed.gift_events_settled') }} as gift_events_settled,
    case
        when visited.lives_watched >= 3 then {{ ratio('visited.median_gap_us', 86400000000) }}
    end as median_days_between_visits,

    -- flags
    summed.is_lower_bound,

    -- times
    visited.first_visit_ts,
    visited.last_visit_ts
from visited
inner join summed
    on visited.viewer_id = summed.viewer_id and visited.creator_id = summed.creator_id
