-- Pairs of creators who shared viewers in the 28 days up to the latest event.
-- Grain: one row per pair of creators (creator_a < creator_b) with a common viewer.
{{ config(meta={'key': ['creator_a', 'creator_b']}) }}

with views as (
    select * from {{ ref('fct_view') }}
    where creator_id is not null and viewer_id is not null
),

as_of as (
    select max(event_ts) - interval '28' day as after_ts from {{ ref('int_events') }}
),

viewers as (
    select distinct
        views.creator_id,
        views.viewer_id
    from views
    inner join as_of on views.entered_ts > as_of.after_ts
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
)

select
    -- keys
    shared.creator_a,
    shared.creator_b,

    -- measures
    totals_a.viewers as viewers_a,
    totals_b.viewers as viewers_b,
    shared.viewers_both,
    totals_a.viewers + totals_b.viewers - shared.viewers_both as viewers_either
from shared
inner join totals as totals_a on shared.creator_a = totals_a.creator_id
inner join totals as totals_b on shared.creator_b = totals_b.creator_id
