-- Pairs of creators who shared viewers in the 28 days up to the latest event.
-- Grain: one row per pair of creators (creator_a < creator_b) with a common viewer.
{{ config(meta={'key': ['creator_a', 'creator_b']}) }}

with as_of as (
    select as_of_ts - interval '28' day as after_ts from {{ ref('int_as_of') }}
),

arrivals as (
    select views.*
    from {{ ref('fct_view') }} as views
    inner join as_of on views.entered_ts > as_of.after_ts
    where views.creator_id is not null and views.viewer_id is not null
),

viewers as (
    select distinct
        creator_id,
        viewer_id
    from arrivals
),

totals as (
    select
        creator_id,
        count(*) as viewers
    from viewers
    group by creator_id
),

shared as (
    select
        one.creator_id as creator_a,
        other.creator_id as creator_b,
        count(*) as viewers_both
    from viewers as one
    inner join viewers as other
        on one.viewer_id = other.viewer_id and one.creator_id < other.creator_id
    group by one.creator_id, other.creator_id
),

-- Named here again, since DuckDB writes down the whole of what is named once and read twice.
departures as (
    select
        views.creator_id,
        views.viewer_id,
        views.ended_ts,
        views.ended_ts + interval '30' minute as within_ts
    from {{ ref('fct_view') }} as views
    inner join as_of on views.ended_ts > as_of.after_ts - interval '30' minute
    where views.creator_id is not null and views.viewer_id is not null
),

travels as (
    select
        departures.creator_id as from_creator_id,
        arrivals.creator_id as to_creator_id,
        count(distinct arrivals.viewer_id) as viewers
    from departures
    inner join arrivals
        on
            departures.viewer_id = arrivals.viewer_id
            and departures.creator_id <> arrivals.creator_id
            and departures.ended_ts <= arrivals.entered_ts
            and departures.within_ts >= arrivals.entered_ts
    group by departures.creator_id, arrivals.creator_id
),

-- Creators of whose LIVEs the data tell when viewers left.
left_from as (
    select distinct creator_id from {{ ref('fct_view') }}
    where creator_id is not null and viewer_id is not null and ended_ts is not null
)

select
    -- keys
    shared.creator_a,
    shared.creator_b,

    -- measures
    totals_a.viewers as viewers_a,
    totals_b.viewers as viewers_b,
    shared.viewers_both,
    case when left_from_a.creator_id is not null then coalesce(a_to_b.viewers, 0) end
        as viewers_a_to_b,
    case when left_from_b.creator_id is not null then coalesce(b_to_a.viewers, 0) end
        as viewers_b_to_a,
    totals_a.viewers + totals_b.viewers - shared.viewers_both as viewers_either
from shared
inner join totals as totals_a on shared.creator_a = totals_a.creator_id
inner join totals as totals_b on shared.creator_b = totals_b.creator_id
left join travels as a_to_b
    on shared.creator_a = a_to_b.from_creator_id and shared.creator_b = a_to_b.to_creator_id
left join travels as b_to_a
    on shared.creator_b = b_to_a.from_creator_id and shared.creator_a = b_to_a.to_creator_id
left join left_from as left_from_a on shared.creator_a = left_from_a.creator_id
left join left_from as left_from_b on shared.creator_b = left_from_b.creator_id
