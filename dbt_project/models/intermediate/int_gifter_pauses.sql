-- How often the gifters of a creator had given by the end of a week, when last, how far apart.
-- Grain: one row per creator_id, report_week and viewer_id with enough days with a gift.
{{ config(
    materialized='rebuilt',
    rebuilt_by=['creator_id', 'report_week'],
    rebuilt_in='intermediate.int_later_lives'
) }}

with gifter_lives as (
    select * from {{ ref('int_gifter_lives') }}
    where creator_id is not null
),

weeks as (
    select distinct
        creator_id,
        report_week,
        cast(report_week + interval '7' day as date) as next_week
    from {{ ref('int_later_lives') }}
),

-- Days, not gifts: a burst of gifts in one LIVE would make every pause look long.
gift_days as (
    select distinct
        creator_id,
        viewer_id,
        report_date
    from gifter_lives
),

pauses as (
    select
        *,
        {{ microseconds_between(
            'cast(lag(report_date) over gifter_days as timestamp)',
            'cast(report_date as timestamp)'
        ) }} as pause_us
    from gift_days
    window gifter_days as (partition by creator_id, viewer_id order by report_date)
)

select
    weeks.creator_id,
    weeks.report_week,
    pauses.viewer_id,
    max(pauses.report_date) as last_gift_date,
    percentile_cont(0.5) within group (order by pauses.pause_us) as median_pause_us
from weeks
inner join pauses
    on weeks.creator_id = pauses.creator_id and weeks.next_week > pauses.report_date
group by weeks.creator_id, weeks.report_week, pauses.viewer_id
having count(*) >= {{ parameter('min_gift_days') }}
