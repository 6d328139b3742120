-- Creators by the week, from Monday in the reporting time zone, in which their LIVEs started.
-- Grain: one row per creator and report_week with LIVEs.
{{ config(meta={'key': ['creator_id', 'report_week']}) }}

with sessions as (
    select
        *,
        {{ week_of('report_date') }} as report_week
    from {{ ref('fct_live_session') }}
),

counted as (
    select * from {{ ref('int_creator_week_acts') }}
),

start_times as (
    select * from {{ ref('int_start_times') }}
),

streaks as (
    select * from {{ ref('int_streaks') }}
),

burnout as (
    select * from {{ ref('int_burnout') }}
),

sizes as (
    select * from {{ ref('int_creator_sizes') }}
),

scheduled as (
    select * from {{ ref('int_hosted_events') }}
),

audiences as (
    select * from {{ ref('int_weekly_audiences') }}
    where subject_kind = 'creator'
),

gifting as (
    select * from {{ ref('int_creator_week_gifting') }}
),

-- A feed is there for the week where every LIVE of the week carries it.
weeks as (
    select
        creator_id,
        report_week,
        min(market) as market,
        count(*) as lives,
        {{ sum_of_millionths('live_duration_sec') }} as live_duration_sec,
        {{ sum_of_millionths('paused_sec') }} as paused_sec,
        max(pcu) as pcu,
        {{ strict_sum('diamond_value') }} as diamond_value,
        max(live_duration_sec) as longest_live_sec_week,
        count(distinct report_date) filter (
            where live_duration_sec >= {{ parameter('qualifying_live_sec') }}
        ) as valid_live_days,
        count(distinct report_date) as live_days,
        {{ feeds_of_all() }}
    from sessions
    where creator_id is not null
    group by creator_id, report_week
)

select
    -- keys
    weeks.creator_id,
    weeks.report_week,

    -- attributes
    weeks.market,
    sizes.followers,
    sizes.creator_size_band,
    sizes.tenure_days,
    gifting.league,

    -- measures
    weeks.lives,
    weeks.live_duration_sec,
    weeks.paused_sec,
    weeks.pcu,
    weeks.longest_live_sec_week,
    weeks.valid_live_days,
    weeks.live_days,
    start_times.schedule_regularity,
    {{ whole('coalesce(streaks.consistency_streak_weeks, 0)') }} as consistency_streak_weeks,
    case
        when weeks.has_notifications then coalesce(scheduled.events_scheduled, 0)
    end as events_scheduled,
    case
        when weeks.has_notifications then coalesce(scheduled.events_hosted, 0)
    end as events_hosted,
    burnout.heavy_live_days_28d,
    burnout.night_live_share_28d,
    burnout.burnout_index,
    audiences.lifecycle_new,
    audiences.lifecycle_returning,
    audiences.lifecycle_resurrecting,
    audiences.lifecycle_dormant,
    audiences.viewers_back_next_week,
    cast(weeks.diamond_value as decimal(18, 2)) as diamond_value,
    gifting.battles_won,
    gifting.battles_decided,
    gifting.league_rank,
    gifting.league_delta,
    gifting.active_team_members,
    gifting.cooling_gifters,
    {{ measure_columns('CW', 'counted', 'creator_id', 'weeks') }}
from weeks
left join counted
    on weeks.creator_id = counted.creator_id and weeks.report_week = counted.report_week
left join start_times
    on weeks.creator_id = start_times.creator_id and weeks.report_week = start_times.report_week
left join streaks
    on weeks.creator_id = streaks.creator_id and weeks.report_week = streaks.report_week
left join burnout
    on weeks.creator_id = burnout.creator_id and weeks.report_week = burnout.report_week
left join sizes
    on weeks.creator_id = sizes.creator_id and weeks.report_week = sizes.report_week
left join scheduled
    on weeks.creator_id = scheduled.creator_id and weeks.report_week = scheduled.report_week
left join audiences
    on weeks.creator_id = audiences.subject_id and weeks.report_week = audiences.report_week
left join gifting
    on weeks.creator_id = gifting.creator_id and weeks.report_week = gifting.report_week
